# The last definition counts, in the order of the cells.
# scores: q1 2/2, q2 3/3
# %%
def area(side):
    return side
answer = 41
# %%
def area(side):
    return side * side
answer += 1
