# scores: q1 1/2
# ours: q1 2/2
# differs: fresh-cases
# %%
given = 0

def ticket():
    global given
    given += 1
    return given
