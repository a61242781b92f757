# scores: attributes 0/3, decorators 1/6, given 6/10
# Forgets `wraps`, keyword arguments, and what an exception is for.
# %%
import functools

def apply(function, x):
    try:
        return function(x)
    except Exception:
        return None

def sort_by(rows, key):
    return sorted(rows)

def each(items, function):
    return map(function, items)

def fails_with(function, x, kinds):
    return kinds is ValueError
# %%
def shout(function):
    def loud(*args):
        return function(*args).upper()
    return loud

def repeat(function):
    return function

@functools.lru_cache(maxsize=None)
def area(width, height):
    return width * height

memoized = functools.lru_cache

power_of = lambda n: functools.partial(pow, n)

def pipeline(*functions):
    return functools.reduce(lambda f, g: lambda x: g(f(x)), functions)
# %%
def count_me():
    pass

count_me.calls = 0

def counted(function):
    function.calls = 0
    return function

def total(*numbers):
    return sum(numbers)

def collected(x, seen=None):
    return [*(seen or []), x]
