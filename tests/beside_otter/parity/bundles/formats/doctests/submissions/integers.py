# Prints 2 where 2.0 is expected: doctests compare text.
# scores: absent 0/1, decimal 0/0.5, listed 0/5, nothing 0/0, number 0/2, per_case 0/3.5, some_cases 0/2, total_and_some 0/4, whole 0/3
# %%
def half(x):
    return x // 2
