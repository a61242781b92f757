# scores: q1 1/2
# %%
import numpy as np
# %%
draws = np.random.default_rng(3).uniform(size=3)
