# scores: env 2/4, globals 2/3
# ours: env 3/4, globals 3/3
# differs: own-modules
# %%
def mean(xs):
    return sum(xs) / len(xs)
