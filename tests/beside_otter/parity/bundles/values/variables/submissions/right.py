# scores: arrays 5/5, plain 8/8
# %%
import datetime

import numpy as np

count, ratio, greeting = 3, 0.1, "hello"
squares = [n**2 for n in range(4)]
ages = {"Ann": 5, "Bob": {"now": 3, "then": [1, 2]}}
letters = set("abba")
nothing, unknown, yes = None, float("nan"), True
birthday, point = datetime.date(2000, 2, 29), (1, "b", None)
# %%
table = np.arange(6).reshape(2, 3)
mask = table > 4
names = np.array(["x", "yy"])
