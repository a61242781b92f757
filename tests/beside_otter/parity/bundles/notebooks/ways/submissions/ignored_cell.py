# Otter leaves out cells with this tag.
# scores: q1 2/2, q2 3/3
# ours: q1 2/2, q2 1/3
# differs: ignored-cells
# %%
def area(side):
    return side * side
# %%
answer = 42
# %% {"tags": ["otter_ignore"]}
answer = 43
