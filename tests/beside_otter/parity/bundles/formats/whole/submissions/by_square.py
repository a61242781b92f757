# Wrong for negative numbers only.
# scores: q_all 0/4, Part 3 – of three 0.3/0.6, all without points 0/1
# %%
def larger(a, b):
    return a if a**2 > b**2 else b
