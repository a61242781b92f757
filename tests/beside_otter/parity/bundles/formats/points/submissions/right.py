# Everything is right.
# scores: absent 1/1, all_cases_zero 0/0, decimal 1.5/1.5, listed 3.5/3.5, nothing 0/0, number 5/5, per_case 4.25/4.25, some_cases 2/2, total_and_some 6/6, total_used_up 3/3
# %%
def double(x):
    return 2 * x
