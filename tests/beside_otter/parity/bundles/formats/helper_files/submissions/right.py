# scores: q1 4/4
# ours: q1 3/4
# differs: written-files
# %%
import json

from tools.shapes import area

def disc(radius):
    return area(radius)

def apply(function, x):
    return function(x)
# %%
def load(path):
    with open(path) as stream:
        return json.load(stream)

def save(path, text):
    with open(path, "w") as stream:
        stream.write(text)
