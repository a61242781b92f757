from otter.test_files import test_case

OK_FORMAT = False
name = "counter"
points = 5


@test_case()
def test_counts(visit, visits):
    before = dict(visits)
    visit("home")
    visit("home")
    assert visits["home"] == before.get("home", 0) + 2


@test_case()
def test_reset(visit, visits, reset):
    visit("about")
    reset()
    assert visits == {}
    visit("about")
    assert visits == {"about": 1}


@test_case(hidden=True)
def test_history(push, pop, stack):
    push(1)
    push([2])
    assert stack[-1] == [2] and pop() == [2] and stack == [1]
    assert pop() == 1 and len(stack) == 0


@test_case(hidden=True)
def test_test_changes_it(push, pop, stack):
    push("a")
    assert pop() == "a"
    assert not stack


@test_case(hidden=True)
def test_closure(make_account):
    deposit, balance = make_account(10)
    deposit(5)
    deposit(7)
    assert balance() == 22 and make_account(1)[1]() == 1
