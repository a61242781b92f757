# scores: returned 2/5, taken 0/4
# Lists where generators are asked for; takes items twice.
# %%
def evens(stop):
    return [n for n in range(stop) if n % 2 == 0]

def naturals():
    return range(1, 1_000_000)

def pairs(xs, ys):
    return list(zip(xs, ys))

def flattened(items):
    return sum((item if isinstance(item, list) else [item] for item in items), [])
# %%
def total(numbers):
    return sum(numbers) if sum(numbers) else 0

def batches(items, n):
    return [items[i:i + n] for i in range(0, len(items), n)]

def first_words(lines):
    lines = list(lines)
    return [line[:line.find(" ")] for line in lines]

def enumerate_me(items):
    return items

def fibonacci():
    return iter([0, 1, 1, 2, 3, 5, 8, 13])

def squares(n):
    return {k: k**2 for k in reversed(range(n))}
