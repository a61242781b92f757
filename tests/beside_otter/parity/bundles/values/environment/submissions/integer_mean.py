# scores: env 4/4, globals 1/3
# %%
import numpy as np

def mean(xs):
    return sum(xs) // len(xs)

def spread(xs):
    return np.ptp(xs)
