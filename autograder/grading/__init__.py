"""Grading one submission: run its notebook there, run the tests here.

session.py    a `Grader`: the order in which a submission is judged
notebook.py   reads notebooks (the only door to nbformat)
execute.py    runs a notebook's cells (the only door to nbclient)
testfile.py   loads test files (the only door to otter)
loading.py    runs the author's modules, whatever they do
reference.py  the solution in the trusted process, and the oracle that answers for it
order.py      which question is judged after which, and whose helpers may be stood in for
wire.py       values to frames and back, believing nothing
asked.py      what a stand-in asks the oracle, and the answer that goes back
remote.py     the student's functions, as the tests see them
court.py      tries a question's cases, each time in a fresh fork of the notebook's kernel
judge.py      one question's cases in a process of its own
verdicts.py   what an exception in a test means, in words for students and for staff
definitions.py  where the notebook's text defines its functions
engine.py     what decides verdicts besides bundle and notebook
credit.py     two worlds to one score
"""
