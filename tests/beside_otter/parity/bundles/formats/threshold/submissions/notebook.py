# scores: q1 2/2, q2 1.5/3
# Each cell begins from the seed: both draws are the first one.
# %%
import random
first = random.random()
# %%
second = random.random()
