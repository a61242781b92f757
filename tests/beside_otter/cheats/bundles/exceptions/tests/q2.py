from otter.test_files import test_case

OK_FORMAT = False
name = "q2"
points = 3


@test_case()
def test_three(middle, np):
    assert np.allclose(middle([1, 2, 6]), 2.0)


@test_case(hidden=True)
def test_four(middle):
    from checks.closeness import close

    assert close(middle([5, 1, 9, 3]), 4.0), "canary-of-a-hidden-test: the middle is 4.0"
