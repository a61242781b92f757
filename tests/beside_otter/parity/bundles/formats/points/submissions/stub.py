# As it was handed out.
# scores: absent 0/1, all_cases_zero 0/0, decimal 0/1.5, listed 0/3.5, nothing 0/0, number 0/5, per_case 0/4.25, some_cases 0/2, total_and_some 0/6, total_used_up 0/3
# %%
def double(x):
    ...
