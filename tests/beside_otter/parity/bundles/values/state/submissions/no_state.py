# scores: counter 0/5, memo 0/3
# Nothing is kept between two calls; no end of recursion.
# %%
visits = {"home": 2}

def visit(page):
    found = dict(visits)
    found[page] = found.get(page, 0) + 1
    return found

def reset():
    visits = {}

stack = []

def push(x):
    return stack + [x]

def pop():
    return stack[-1]

def make_account(balance):
    def deposit(amount):
        return balance + amount
    return deposit, lambda: balance
# %%
cache = {}

def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a

def hanoi(n, a="A", b="B", c="C"):
    return hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c)

def is_even(n):
    return n % 2 == 0

def is_odd(n):
    return n % 2

messages, settings = (), {}

def log(text):
    print(text)
