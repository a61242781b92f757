# One of three cases fails, in every way of giving points.
# scores: absent 0.666667/1, all_cases_zero 0/0, decimal 1/1.5, listed 1.5/3.5, nothing 0/0, number 3.33333/5, per_case 4/4.25, some_cases 2/2, total_and_some 4.5/6, total_used_up 3/3
# %%
def double(x):
    return 2 * abs(x)
