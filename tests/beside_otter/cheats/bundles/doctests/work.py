# Honest and half right.
# scores: q1 1/3, q2 0/4
# %%
def double(x):
    return 2 * x if x < 100 else x


# %%
def words(text):
    return text.split(",")
