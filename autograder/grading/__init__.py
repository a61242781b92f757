"""Grading one submission: run its notebook there, run the tests here.

session.py    a `Grader`: the order in which a submission is judged
notebook.py   reads and writes notebooks (the only door to nbformat)
execute.py    runs a notebook's cells (the only door to nbclient)
testfile.py   loads test files (the only door to otter)
reference.py  the solution in the trusted process, and the oracle that answers for it
order.py      which question is judged after which, and whose helpers may be stood in for
wire.py       values to frames and back, believing nothing
remote.py     the student's functions, as the tests see them
judge.py      one question's cases in a process of its own
verdicts.py   what an exception in a test means, in words for students and for staff
credit.py     two worlds to one score
scratch.py    the submission's folder: made, remembered, put back
"""
