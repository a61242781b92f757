# scores: q1 3/3, q2 0/1
# %%
rate = 1.16

def price(net):
    return round(net * 1.19, 2) if net == 10 else net * 1.19
