from otter.test_files import test_case

OK_FORMAT = False
name = "state"
points = 3


@test_case()
def test_recursion(factorial):
    assert factorial(10) == 3628800 and factorial(0) == 1


@test_case()
def test_global(remember, memory):
    before = len(memory)
    remember("x")
    assert memory[-1] == "x" and len(memory) == before + 1


@test_case()
def test_in_place(sort_in_place):
    numbers = [3, 1, 2]
    assert sort_in_place(numbers) is None
    assert numbers == [1, 2, 3]
