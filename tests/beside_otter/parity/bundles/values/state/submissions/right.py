# scores: counter 5/5, memo 3/3
# %%
visits = {}

def visit(page):
    visits[page] = visits.get(page, 0) + 1

def reset():
    visits.clear()

stack = []

def push(x):
    stack.append(x)

def pop():
    return stack.pop()

def make_account(balance):
    def deposit(amount):
        nonlocal balance
        balance += amount
    return deposit, lambda: balance
# %%
cache = {0: 0, 1: 1}

def fib(n):
    if n not in cache:
        cache[n] = fib(n - 1) + fib(n - 2)
    return cache[n]

def hanoi(n, a="A", b="B", c="C"):
    return hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c) if n else []

def is_even(n):
    return n == 0 or is_odd(n - 1)

def is_odd(n):
    return n != 0 and is_even(n - 1)

messages, settings = [], {}

def log(text):
    messages.append(text)
