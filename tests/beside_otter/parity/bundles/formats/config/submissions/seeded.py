# Every code cell starts from the seed of otter_config.json.
# scores: q1 3/3, q2 2/2
# %%
import random

import numpy as np
# %%
sample = np.random.normal(size=5)
# %%
die = random.randint(1, 6)
