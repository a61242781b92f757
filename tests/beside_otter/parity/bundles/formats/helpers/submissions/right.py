# scores: area 2/2, volume 3/3
# %%
from math import pi

def area(radius):
    return square(radius) * pi

def square(x):
    return x * x
# %%
def volume(radius, height):
    return area(radius) * height
