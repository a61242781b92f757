# One mistake, and both questions use it. (With --solution, ours would not count it twice.)
# scores: area 0/2, volume 1.5/3
# %%
def area(radius):
    return 3 * radius**2
# %%
def volume(radius, height):
    return area(radius) * height
