"""The instructor's side: sources in, a student release and a grading bundle out. Never runs student code.

markers    the grammar of graded functions, and diagnostics about it
sources    text of the author's files, and errors that show the place with a caret
notebook   the author's notebook as data
stubs      stubs and their references: signatures, filling in
leaks      lines that stand only in the solution
links      links to files that students would not get
cases      test files read without running them
stripping  test files without what is hidden
printed    expected outputs: table, and comparison with what a driver cell printed
course     everything above, cross-checked
bundling   the grading bundle
release    the student release
proof      the reference earns everything, the untouched release nothing
scaffold   a new course folder
"""
