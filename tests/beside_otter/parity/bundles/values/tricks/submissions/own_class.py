# A class of the notebook's takes the place of a function.
# scores: memory 2/2, options 1/1
# ours: memory 2/2, options 0/1
# differs: classes
# %%
memory = ["first"]

def remember(x):
    memory.append(x)

class options(dict):
    pass
