# scores: doctests 2/3, given 4/6, seeded 5/5
# The same numbers, drawn singly; one draw too many is thrown away.
# %%
import random

import numpy as np

def roll(n):
    return [np.random.randint(1, 7) for _ in range(n)]

def pick(options):
    return options[random.randrange(len(options))]

def shuffled(items):
    return random.sample(items, len(items))

def mean_of(n):
    return np.mean([np.random.uniform(-1, 1) for _ in range(n)])
# %%
def walk(rng, n):
    steps = [rng.normal() for _ in range(n + 1)]
    return np.cumsum(steps[:-1])

def deal(rng, cards, n):
    hand = [rng.choice(cards) for _ in range(n)]
    return hand

own_rng = np.random.default_rng(7)
