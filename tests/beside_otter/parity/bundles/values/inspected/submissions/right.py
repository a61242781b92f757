# scores: q1 6/6
# %%
def power(base, exponent=2):
    """Return base raised to exponent."""
    return base**exponent
