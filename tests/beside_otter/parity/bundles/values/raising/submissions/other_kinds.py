# scores: kinds 1/7, shown 1/4
# Raises, but something else; and from something else.
# %%
class ParseError(Exception):
    pass

class Missing(LookupError):
    pass

def withdraw(balance, amount):
    if amount > balance:
        raise Exception(f"{amount} asked for, only {balance} there")

def parse(text):
    try:
        return int(text)
    except ValueError as error:
        raise ParseError("cannot read", text) from error

def lookup(table, key):
    if key not in table:
        raise Missing(key)
    return table[key]

def safe_divide(a, b):
    return a / b if b else 0

def checked(x):
    if x < 0:
        raise AssertionError("below zero")
    return x

def report(n):
    return f"{n} is {'odd' if n % 2 else 'even'}"
