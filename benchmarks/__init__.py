"""What a submission costs: ours beside stock otter, nbgrader and the floor, in one run.

    python -m benchmarks [--only PART,…] [--quick] [--markdown]
    python -m benchmarks.class_run [--students N] [--rounds N] [--quick]

cost            CPU and wall time of a command with all its processes
course          what is graded: the bundle of the four graded questions, copies of the perfect notebook, a mixed class
ours            our command: start-up, each further submission, a class of 20, 200 and 1,000
stock_otter     `otter run` of the same notebook with the same cases
nbgrader_batch  `nbgrader autograde` of the same notebook, in an environment of its own
floor           a fork of a warm process, the same cells and the same cases, and nothing else
pieces          what a kernel's fork, its confinement and a question's fork take; a kernel's own memory
layers          where the rest of the time goes
class_run       a made-up class: the command beside the grading API alone, memory, store, a second run
api_alone       a program: the grading API over a folder, and nothing else
measure         runs the parts, in turns where they are compared
table           what is printed, and the table of docs/benchmarks.md
"""
