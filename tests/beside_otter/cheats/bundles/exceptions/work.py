# Honest and half right: the case of q1 that is seen, neither of q2, and of q3 one of two, where only both count.
# scores: q1 1/3, q2 0/3, q3 0/5
# %%
def slope(x):
    return 3.5 * x


# %%
def middle(values):
    return sum(values) / len(values)


# %%
def area(points):
    return (points[2][0] - points[0][0]) * (points[2][1] - points[0][1])
