# The notebook has no `result`, so otter's test looks at None.
# ours: q1 0/2
# differs: absent-names
# scores: q1 1/2
# %%
resutl = 3
