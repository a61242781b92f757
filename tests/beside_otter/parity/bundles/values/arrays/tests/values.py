import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "values"
points = 7


@test_case()
def test_dtype(image):
    assert image.dtype == np.uint8 and image.shape == (2, 2, 3) and image.max() == 255


@test_case()
def test_texts(words):
    assert words.tolist() == ["ab", "c"] and words.dtype.kind == "U" and np.char.upper(words)[0] == "AB"


@test_case()
def test_days(days):
    assert days[1] - days[0] == np.timedelta64(1, "D") and str(days[0]) == "2024-02-28"


@test_case(hidden=True)
def test_objects(mixed):
    assert mixed.dtype == object and mixed[1] is None and mixed[2] == [1]


@test_case(hidden=True)
def test_scalars(total, flag):
    assert isinstance(total, np.floating) and np.isclose(total, 1.5) and flag.dtype == bool and bool(flag)


@test_case(hidden=True)
def test_empty(nothing):
    assert nothing.size == 0 and nothing.shape == (0, 3)


@test_case(hidden=True)
def test_complex(roots):
    np.testing.assert_allclose(sorted(roots.imag), [-1, 1])
    assert np.iscomplexobj(roots)
