# An honest name that otter itself needs.
# scores: none
# ours: q1 2/2, q2 3/3
# differs: names-of-otter
# %%
open, high, low, close = 1.0, 2.0, 0.5, 1.5
# %%
def area(side):
    return side * side
answer = 42
