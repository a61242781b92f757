"""Results for people and programs. Nothing here decides a point.

printable   any text made safe to print
document    one submission as JSON, for staff and programs
gradebook   the class as CSV
page        one submission as a page for its student
gradescope  one submission as Gradescope's results.json
words       what page and gradescope say in the same words
table       the class at the terminal, and progress while it works
"""
