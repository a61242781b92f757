# Makes a new list, which otter's test does not see: it holds the old one.
# ours: memory 2/2, options 1/1
# differs: rebound-names
# scores: memory 1/2, options 1/1
# %%
memory = ["first"]

def remember(x):
    global memory
    memory = memory + [x]

def options(**given):
    return given
