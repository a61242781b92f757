# scores: kinds 7/7, shown 4/4
# %%
class ParseError(ValueError):
    """Cannot be read."""

def withdraw(balance, amount):
    if amount > balance:
        raise ValueError(f"{amount} asked for, only {balance} there")
    return balance - amount

def parse(text):
    if not text.isdigit():
        raise ParseError(f"cannot read {text}")
    return int(text)

def lookup(table, key):
    return table[key]

def safe_divide(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return None

def checked(x):
    assert x >= 0, "below zero"
    return x

def report(n):
    print(n, "is", "odd" if n % 2 else "even")
