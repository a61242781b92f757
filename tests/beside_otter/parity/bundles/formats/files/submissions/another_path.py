# Reads a file that only the student has.
# scores: q1 1/2, q2 0/1
# %%
def read_total(path):
    return 42

total = read_total(open("/students/course/data.csv").name)
# %%
lines = open("poem.txt").readlines()
