from otter.test_files import test_case

OK_FORMAT = False
name = "account"
points = 2


@test_case()
def test_balance(Account):
    account = Account("Ann")
    account.deposit(10)
    assert account.balance == 10


@test_case(hidden=True)
def test_withdraw(Account):
    account = Account("Ann")
    try:
        account.withdraw(1)
    except ValueError:
        return
    raise AssertionError("canary-of-a-hidden-test: nothing can be withdrawn")
