# scores: attributes 3/3, decorators 6/6, given 10/10
# %%
import functools

def apply(function, x):
    return function(x)

def sort_by(rows, key):
    return sorted(rows, key=key)

def each(items, function):
    for item in items:
        function(item)

def fails_with(function, x, kinds):
    try:
        function(x)
    except kinds:
        return True
    return False
# %%
def shout(function):
    @functools.wraps(function)
    def loud(*args, **kwargs):
        return function(*args, **kwargs).upper()
    return loud

def repeat(times):
    def decorator(function):
        def repeated(*args):
            for _ in range(times):
                result = function(*args)
            return result
        return repeated
    return decorator

def not_negative(function):
    @functools.wraps(function)
    def checked(*numbers):
        if min(numbers) < 0:
            raise ValueError("not below zero")
        return function(*numbers)
    return checked

@not_negative
def area(width, height):
    return width * height

def memoized(function):
    known = {}
    def quick(x):
        if x not in known:
            known[x] = function(x)
        return known[x]
    return quick

def power_of(n):
    return lambda x: x**n

def pipeline(*functions):
    def run(x):
        for function in functions:
            x = function(x)
        return x
    return run
# %%
def count_me():
    count_me.calls += 1

count_me.calls = 0

def counted(function):
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)
    wrapper.calls = 0
    return wrapper

def total(*numbers, **named):
    return sum(numbers) + sum(named.values())

def collected(x, seen=[]):
    seen.append(x)
    return seen
