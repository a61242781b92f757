# As it was handed out.
# scores: q1 0/2, q2 0/3
# %%
def area(side):
    ...
# %%
answer = ...
