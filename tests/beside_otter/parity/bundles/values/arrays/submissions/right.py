# scores: functions 6/6, values 7/7
# %%
import numpy as np

image = np.zeros((2, 2, 3), np.uint8)
image[0, 0] = 255
words = np.array(["ab", "c"])
days = np.arange("2024-02-28", "2024-03-02", dtype="datetime64[D]")
mixed = np.array(["a", None, [1]], dtype=object)
total, flag = np.array([0.5, 1.0]).sum(), np.array([1, 2]).max() == 2
nothing = np.empty((0, 3))
roots = np.roots([1, 0, 1])
# %%
def normalized(a):
    return a / a.sum(axis=0)

def add_one(a):
    a += 1

def clipped(a, high):
    return np.minimum(a, high)

def outliers(a):
    return np.flatnonzero(a > 10 * np.median(a))

def first_two(a):
    return a[:2]

def stats(a):
    return a.mean(), a.std()
