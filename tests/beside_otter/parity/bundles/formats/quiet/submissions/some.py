# scores: q1 0/4, q2 3.5/3.5
# %%
letters = list("abz")
