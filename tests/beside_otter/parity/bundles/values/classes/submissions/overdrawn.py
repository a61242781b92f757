# scores: account 1/2, interest 0/1
# %%
class Account:
    def __init__(self, owner):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        self.balance -= amount
# %%
def interest(amount, rate):
    return amount * rate / 100
