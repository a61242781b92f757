"""Results for people and programs. Nothing here decides a point.

printable   any text made safe to print
document    one submission as JSON, for staff and programs
gradebook   the class as CSV
page        one submission as a page for its student
table       the class at the terminal, and progress while it works
"""
