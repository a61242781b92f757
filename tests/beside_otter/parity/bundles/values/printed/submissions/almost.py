# Other words, and another kind of exception.
# scores: q1 1/3, q2 3/4, q3 1/3
# %%
def countdown(n):
    for i in range(n, 0, -1):
        print(i)
    print("Lift-off")

def table(numbers):
    print("n n squared")
    for n in numbers:
        print(n, "  ", n**2)
# %%
class NoRoot(ValueError):
    pass

def root(x):
    if x < 0:
        raise NoRoot(f"no root of {x}")
    return x**0.5

def lookup(table, key):
    assert key in table
    return table[key]
