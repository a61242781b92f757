# scores: q1 2/2, q2 3/3
# %%
def area(side):
    return side * side
# %%
1 / 0
# %%
raise KeyboardInterrupt
# %%
answer = 42
