# The helper's cell was deleted.
# scores: area 0/2, volume 1.5/3
# %%
def area(radius):
    return square(radius) * 3.14159265
# %%
def volume(radius, height):
    return 3.14159265 * radius**2 * height
