# The function's own cell does not compile; the rest counts.
# scores: q1 0/2, q2 3/3
# %%
def area(side)
    return side * side
# %%
answer = 42
