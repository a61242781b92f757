# scores: none
# ours: q1 2/2, q2 3/3
# differs: names-of-otter
# %%
import os
os.chdir("/")
# %%
def area(side):
    return side * side
answer = 42
