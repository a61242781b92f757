# Asks for input, and exits: no harm.
# scores: q1 2/2, q2 3/3
# %%
import sys
def area(side):
    return side * side
name = input("Your name? ")
# %%
sys.exit()
# %%
answer = 42
