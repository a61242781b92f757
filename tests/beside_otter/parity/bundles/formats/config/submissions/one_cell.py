# A draw before the one that is tested: another sample.
# scores: q1 1/3, q2 2/2
# %%
import random

import numpy as np

np.random.normal(size=5)
sample = np.random.normal(size=5)
die = random.randint(1, 6)
