# scores: q1 3/3
# %%
rate = 1.19

def price(net):
    return round(net * rate, 2)
