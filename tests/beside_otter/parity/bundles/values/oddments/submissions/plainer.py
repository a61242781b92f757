# Nearly the same, in plainer kinds.
# scores: q1 3/12, q2 1/6
# %%
import math as m
import random as rnd

def two(a, b=4):
    while True:
        return a, b

def adder(x):
    return x + 2

half = lambda x: x // 2
pattern = "[a-z]"
path = "x/y.txt"
vec = lambda xs: [x + 1 for x in xs]
poly = [1, 0, 1]
settings = {"x": 1}
# %%
def decorated(x):
    return x

records = {"name": ["a", "b"], "age": [1, 2]}
error = "x"
