# scores: q1 0/2, q2 3/3
# %%
import sys, warnings
for i in range(200):
    print("line", i)
warnings.warn("beware")
print("to stderr", file=sys.stderr)
def area(side):
    print("working on", side)
    return side * side
answer = 42
