# scores: q1 5/6
# %%
def power(base, exponent=2):
    """Base, raised."""
    result = 1
    for _ in range(exponent):
        result *= base
    return result
