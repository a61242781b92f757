# A class takes the place of a function.
# scores: memory 2/2, options 1/1
# %%
memory = ["first"]

def remember(x):
    memory.append(x)

options = dict
