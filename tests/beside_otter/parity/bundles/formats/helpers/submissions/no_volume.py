# scores: area 2/2, volume 0/3
# %%
import math

def area(radius):
    return math.pi * radius**2
