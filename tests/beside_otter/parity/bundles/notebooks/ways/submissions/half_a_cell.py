# What stands before the error in its cell has run.
# scores: q1 2/2, q2 0/3
# %%
def area(side):
    return side * side
undefined_name
area = None
# %%
answer = [42][1]
