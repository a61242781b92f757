# scores: q1 3/3, q2 4/4, q3 3/3
# %%
def countdown(n):
    for i in range(n, 0, -1):
        print(i)
    print("Lift-off!")

def table(numbers):
    print("n", "n squared", sep="\t")
    for n in numbers:
        print(f"{n}\t{n * n}")
# %%
def root(x):
    if not isinstance(x, str) and x < 0:
        raise ValueError(f"no root of {x}")
    return x**0.5

def lookup(table, key):
    return table[key]
