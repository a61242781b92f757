# Lists and dictionaries instead of frames.
# scores: cells 0/2, frame 0/4
# %%
people = [{"name": "Ann", "age": 30, "city": "Rome"}]
by_city = {"Bonn": 50.0, "Rome": 35.0}
# %%
def adults(frame):
    return [row for row in frame if row["age"] >= 18]
