# scores: absent 0.333333/1, all_cases_zero 0/0, decimal 0.5/1.5, listed 0.5/3.5, nothing 0/0, number 1.66667/5, per_case 3/4.25, some_cases 0/2, total_and_some 1.5/6, total_used_up 0/3
# %%
def double(x):
    return 0
