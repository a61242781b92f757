# The cell's own metadata asks for a check there and then.
# scores: q1 2/2, q2 3/3
# %% {"otter": {"tests": ["q1"]}}
def area(side):
    return side * side
# %%
answer = 42
