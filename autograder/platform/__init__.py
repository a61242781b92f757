"""Where somebody else runs us: Gradescope, and the container of `otter grade`.

confined.py       a grader for places where student code must not run unconfined
handed_in.py      which file in a platform's folder is the submission
gradescope.py     grades it and writes results.json: `python -m autograder.platform.gradescope /autograder`
requirements.txt  what the grader needs, pinned with hashes
zip_root/         what a bundle has at its root so that a platform can install and run it
"""
