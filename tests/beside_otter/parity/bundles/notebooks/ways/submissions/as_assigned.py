# What `otter assign` makes: checks in between, and an export at the end.
# scores: q1 2/2, q2 3/3
# %%
# Initialize Otter
import otter
grader = otter.Notebook("hw01.ipynb")
# %% [markdown]
## Question 1
# %%
def area(side):
    return side * side
# %% {"deletable": false, "editable": false}
grader.check("q1")
# %%
answer = 42
# %% {"deletable": false, "editable": false}
grader.check("q2")
# %% {"deletable": false, "editable": false}
grader.check_all()
# %%
grader.export(pdf=False, run_tests=False, force_save=False)
