# Honest and half right: interest bears no interest here, and more can be withdrawn than there is.
# scores: account 1/2, interest 2/4
# %%
class Account:
    def __init__(self, owner):
        self.owner, self.balance = owner, 0

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        self.balance -= amount


# %%
def interest(amount, percent, years):
    return amount + amount * percent / 100 * years
