# The file's name is not the question's.
OK_FORMAT = True

test = {
    "name": "q3",
    "points": 2,
    "suites": [{"type": "doctest", "cases": [{"code": ">>> increment(1)\n2"}, {"code": ">>> increment(2)\n3"}]}],
}
