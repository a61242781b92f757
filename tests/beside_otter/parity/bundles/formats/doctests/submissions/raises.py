# scores: absent 0.666667/1, decimal 0.333333/0.5, listed 5/5, nothing 0/0, number 1.33333/2, per_case 2/3.5, some_cases 2/2, total_and_some 1/4, whole 0/3
# %%
def half(x):
    if x < 0:
        raise ValueError("not below zero")
    return x / 2
