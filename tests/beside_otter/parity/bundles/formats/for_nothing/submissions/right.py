# scores: q1 2/2
# %%
result = 3
