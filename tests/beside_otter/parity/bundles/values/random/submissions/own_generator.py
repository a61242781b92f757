# scores: doctests 1/3, given 1/6, seeded 1/5
# Draws from a generator of its own, whatever the test seeds or gives.
# %%
import random

import numpy as np

mine = np.random.default_rng(0)

def roll(n):
    return mine.integers(1, 7, n)

def pick(options):
    return options[0]

def shuffled(items):
    random.shuffle(items)
    return items

def mean_of(n):
    return np.float64(0)
# %%
def walk(rng, n):
    return np.cumsum(mine.normal(size=n))

def deal(rng, cards, n):
    return cards[:n]

own_rng = np.random.RandomState(7)
