# handed in: nbformat 3
# scores: q1 2/2, q2 3/3
# %%
def area(side):
    return side * side
# %%
answer = 42
