# scores: returned 5/5, taken 4/4
# %%
import itertools

def evens(stop):
    yield from range(0, stop, 2)

def naturals():
    return itertools.count(1)

def pairs(xs, ys):
    return zip(xs, ys)

def flattened(items):
    for item in items:
        if isinstance(item, list):
            yield from flattened(item)
        else:
            yield item
# %%
def total(numbers):
    return sum(numbers)

def batches(items, n):
    items = iter(items)
    found = []
    while batch := list(itertools.islice(items, n)):
        found.append(batch)
    return found

def first_words(lines):
    return [line.split()[0] for line in lines]

def enumerate_me(items):
    return (item for item in items)

def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

squares = lambda n: {k: k * k for k in range(n)}
