# scores: q1 2/4
# ours: q1 1/4
# differs: changed-modules
# Changes the module that the tests import as well.
# %%
import tools.shapes

tools.shapes.PI = 3.14

def disc(radius):
    return tools.area(radius)

def apply(function, x):
    return tools.shapes.PI

def load(path):
    return {"area": 12, "names": ["x", "y"]}

def save(path, text):
    pass
