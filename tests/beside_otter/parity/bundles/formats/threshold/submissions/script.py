# scores: q1 1/2, q2 3/3
# A script is one cell: it begins from the seed once.
# handed in: script
# %%
import random
first = random.random()
# %%
second = random.random()
