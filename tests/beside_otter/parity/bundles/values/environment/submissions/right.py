# scores: env 4/4, globals 3/3
# %%
import numpy as np

def mean(xs):
    return float(sum(xs) / len(xs))

def spread(xs):
    return max(xs) - min(xs)
