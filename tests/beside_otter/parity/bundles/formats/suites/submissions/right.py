# scores: none
# Otter 7 takes one suite a file, and leaves the submission without scores.
# ours: q1 3/3
# differs: several-suites
# %%
def double(x):
    return 2 * x
