# An honest name that otter itself needs.
# scores: none
# differs: names-of-otter
# %%
open, high, low, close = 1.0, 2.0, 0.5, 1.5
# %%
def area(side):
    return side * side
answer = 42
