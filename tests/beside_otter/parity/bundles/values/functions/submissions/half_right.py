# Each question has a mistake.
# scores: arguments 2/5, given 1/6, returned 1/4, state 0/3
# %%
def greet(name, greeting="Hi"):
    return f"{greeting}, {name}!"

def total(*numbers):
    return sum(numbers)

def scale(x, by):
    return x * by

def options(**given):
    return list(given)
# %%
def apply_twice(function, x):
    return function(x)

def derivative(function, x):
    return (function(x + 1) - function(x)) / 1
# %%
def make_adder(n):
    return n + 1

count = 0

def make_counter():
    def counter():
        global count
        count += 1
        return count
    return counter

def evens(stop):
    return [n for n in range(stop) if n % 2 == 0]

def compose(f, g):
    return lambda x: g(f(x))
# %%
memory = []

def factorial(n):
    return n * factorial(n - 1)

def remember(x):
    memory.insert(0, x)
    memory.append(None)

def sort_in_place(numbers):
    return sorted(numbers)
