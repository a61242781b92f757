# The function has another name.
# scores: q_all 0/4, Part 3 – of three 0/0.6, all without points 0/1
# %%
def bigger(a, b):
    return max(a, b)
