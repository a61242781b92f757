# One function ends the process that calls it.
# ours: area 2/2, volume 0/3
# differs: exit-in-a-function
# scores: none
# %%
import math
import sys

def area(radius):
    return math.pi * radius**2
# %%
def volume(radius, height):
    sys.exit("not done")
