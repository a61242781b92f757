# scores: arguments 5/5, given 6/6, returned 4/4, state 3/3
# %%
def greet(name, greeting="Hello"):
    return f"{greeting}, {name}!"

def total(*numbers):
    return sum(numbers)

def scale(x, *, by):
    return x * by

def options(**given):
    return given
# %%
def apply_twice(function, x):
    return function(function(x))

def derivative(function, x, h=1e-6):
    return (function(x + h) - function(x - h)) / (2 * h)
# %%
def make_adder(n):
    return lambda x: x + n

def make_counter():
    count = 0
    def counter():
        nonlocal count
        count += 1
        return count
    return counter

def evens(stop):
    for n in range(0, stop, 2):
        yield n

def compose(f, g):
    def both(x):
        return f(g(x))
    return both
# %%
memory = []

def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)

def remember(x):
    memory.append(x)

def sort_in_place(numbers):
    numbers.sort()
