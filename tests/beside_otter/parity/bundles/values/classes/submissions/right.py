# scores: account 2/2, interest 1/1
# %%
class Account:
    def __init__(self, owner):
        self.owner, self.balance = owner, 0

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("not enough")
        self.balance -= amount
# %%
def interest(amount, rate):
    return amount * rate
