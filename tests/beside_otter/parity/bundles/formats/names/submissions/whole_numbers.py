# scores: same 0/5, q3 2/2, twice 1/3
# %%
def increment(x):
    return int(x) + 1
