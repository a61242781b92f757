"""A class at a time: from paths to submissions, from submissions to files with their results, and what staff does afterwards.

run              grades a class into its store; `judging` is one submission after another
regrade          judges it again with another bundle; `comparing` says who would change
explain          everything about one submission, and a question judged once more
dry_run          what would be graded
means            how much at a time, where, how long: the same for grading and regrading
one              a single notebook, for tools
merge            what several machines graded, put together
view             the class as it stands
files            what is made of it; `up_to_date` sees that it never stays behind
export           gradebooks for learning platforms
acts             what staff does; `consequences` says what that changes, `log` lists it
status           where the class stands
persons          whom staff means
written_by_hand  points, times and texts of a command line; `duration` and `threshold` are others
stdout           for one document and nothing else
"""
