# scores: none
# differs: names-of-otter
# %%
import os
os.chdir("/")
# %%
def area(side):
    return side * side
answer = 42
