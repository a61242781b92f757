# A check while the answer was still wrong: otter keeps that result.
# scores: q1 0/2, q2 3/3
# ours: q1 2/2, q2 3/3
# differs: early-check
# %%
import otter
grader = otter.Notebook()
# %%
def area(side):
    return side
grader.check("q1")
# %%
def area(side):
    return side * side
answer = 42
