# scores: q1 4/4, q2 3.5/3.5
# %%
import string
letters = string.ascii_lowercase
