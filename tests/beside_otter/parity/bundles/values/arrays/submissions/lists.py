# scores: functions 1/6, values 0/7
# Lists and loops; floats where whole numbers should be.
# %%
import numpy as np

image = np.zeros((2, 2, 3))
image[0, 0] = 255
words = ["ab", "c"]
days = np.array(["2024-02-28", "2024-02-29"])
mixed = ["a", None, [1]]
total, flag = 1.5, True
nothing = np.array([])
roots = [1j, -1j]
# %%
def normalized(a):
    return [x / sum(a) for x in a]

def add_one(a):
    a = a + 1

def clipped(a, high):
    a[a > high] = high
    return a

def outliers(a):
    return np.array([i for i, x in enumerate(a) if x > 10], dtype=float)

def first_two(a):
    return a[:2].copy()

def stats(a):
    return float(np.mean(a)), float(np.std(a))
