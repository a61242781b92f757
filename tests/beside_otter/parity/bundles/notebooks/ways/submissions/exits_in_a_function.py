# scores: q1 0/2, q2 3/3
# %%
import sys
def area(side):
    sys.exit("no time")
# %%
answer = 42
