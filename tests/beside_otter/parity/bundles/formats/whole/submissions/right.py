# scores: q_all 4/4, Part 3 – of three 0.6/0.6, all without points 1/1
# %%
def larger(a, b):
    return max(a, b)
