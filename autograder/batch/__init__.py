"""A class at a time: from paths to submissions, from submissions to files with their results.

intake   which notebooks there are, and what each is called

run      grades one after another, and writes each result as soon as it is there
"""
