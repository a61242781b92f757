from otter.test_files import test_case

OK_FORMAT = False
name = "returned"
points = 4


@test_case()
def test_adder(make_adder):
    add_3 = make_adder(3)
    assert callable(add_3)
    assert add_3(4) == 7 and make_adder(10)(1) == 11


@test_case()
def test_counter(make_counter):
    counter = make_counter()
    assert [counter(), counter(), counter()] == [1, 2, 3]
    assert make_counter()() == 1


@test_case(hidden=True)
def test_generator(evens):
    assert list(evens(7)) == [0, 2, 4, 6]


@test_case(hidden=True)
def test_composed(compose, make_adder):
    assert compose(make_adder(1), make_adder(2))(3) == 6
    assert compose(str, len)([1]) == "1"
