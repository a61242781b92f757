# scores: absent 1/1, decimal 0.5/0.5, listed 5/5, nothing 0/0, number 2/2, per_case 3.5/3.5, some_cases 2/2, total_and_some 4/4, whole 3/3
# %%
def half(x):
    return x / 2
