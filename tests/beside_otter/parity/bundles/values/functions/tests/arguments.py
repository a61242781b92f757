from otter.test_files import test_case

OK_FORMAT = False
name = "arguments"
points = 5


@test_case()
def test_default(greet):
    assert greet("Ann") == "Hello, Ann!"


@test_case()
def test_keywords(greet):
    assert greet(name="Bob", greeting="Hi") == "Hi, Bob!"


@test_case()
def test_any_number(total):
    assert total() == 0
    assert total(1, 2, 3) == 6 and total(*range(5)) == 10


@test_case(hidden=True)
def test_keyword_only(scale):
    assert scale(2, by=3) == 6
    try:
        scale(2, 3)
    except TypeError:
        return
    raise AssertionError("scale takes `by` by name only")


@test_case(hidden=True)
def test_options(options):
    assert options(a=1, b=[2]) == {"a": 1, "b": [2]}
