# handed in: export
# A zip of `grader.export()`, with the log of earlier checks.
# scores: q1 2/2, q2 3/3
# %%
def area(side):
    return side * side
# %%
answer = 42
