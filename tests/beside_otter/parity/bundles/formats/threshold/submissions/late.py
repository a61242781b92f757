# scores: q1 0/2, q2 1.5/3
# %%
import random
random.random()
first = random.random()
# %%
random.random(); second = random.random()
