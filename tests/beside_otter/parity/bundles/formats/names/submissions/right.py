# scores: same 5/5, q3 2/2, twice 3/3
# %%
increment = lambda x: x + 1
