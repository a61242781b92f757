# scores: q1 1/3, q2 0/2
# %%
import random

import numpy as np

np.random.seed(7)
random.seed(7)
sample = np.random.normal(size=5)
die = 7
