# scores: q1 4/5
# ours: q1 1/5
# differs: other-objects
# %%
import functools
import re

half = functools.partial(lambda by, x: x / by, 2)

def two(a, b):
    return a, b

def first_number(text):
    return re.search("[0-9]+", text)

async def fetch(x):
    return 2 * x
