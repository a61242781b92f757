# Returns what should be printed and raised.
# scores: q1 0/3, q2 1/4, q3 0/3
# %%
def countdown(n):
    return "\n".join([*map(str, range(n, 0, -1)), "Lift-off!"])

def table(numbers):
    return [(n, n * n) for n in numbers]
# %%
def root(x):
    if x < 0:
        return ValueError(f"no root of {x}")
    return x**0.5

def lookup(table, key):
    return table.get(key)
