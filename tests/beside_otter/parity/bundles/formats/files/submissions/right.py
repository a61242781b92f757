# scores: q1 2/2, q2 1/1
# %%
import csv

import maths_helpers

def read_total(path):
    with open(path) as stream:
        return sum(int(row["people"]) for row in csv.DictReader(stream))

total = read_total("data.csv")
# %%
def moved(x):
    return maths_helpers.shifted(x)

lines = open("texts/poem.txt").read().split("\n")[:2]
