"""A class at a time: from paths to submissions, from submissions to files with their results.

intake   which notebooks there are, and what each is called
names    a file name for each submission, that no other has
run      grades one after another, and writes each result as soon as it is there
"""
