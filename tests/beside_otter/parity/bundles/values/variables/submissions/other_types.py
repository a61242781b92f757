# The right numbers in other types: what counts is what the tests ask.
# scores: arrays 0/5, plain 2/8
# %%
import datetime

import numpy as np

count, ratio, greeting = 3.0, np.float64(0.1), "Hello"
squares = np.array([0, 1, 4, 9])
ages = {"Ann": "five", "Bob": {"now": 3, "then": (1, 2)}}
letters = ["a", "b"]
nothing, unknown, yes = "None", np.nan, 1
birthday, point = datetime.datetime(2000, 2, 29), [1, "b", None]
# %%
table = [[0, 1, 2], [3, 4, 5]]
mask = np.array([[0, 1]])
names = ["x", "yy"]
