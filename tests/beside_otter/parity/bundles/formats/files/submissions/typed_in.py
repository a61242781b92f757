# The right total, and no function.
# scores: q1 1/2, q2 0.5/1
# %%
total = 42
lines = ["one line"]
# %%
from maths_helpers import *

moved = shifted
