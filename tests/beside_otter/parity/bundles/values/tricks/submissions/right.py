# scores: memory 2/2, options 1/1
# %%
memory = ["first"]

def remember(x):
    memory.append(x)

def options(**given):
    return given
