OK_FORMAT = True

test = {
    "name": "q2",
    "points": [1, 1, 2],
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> root(-1)
Traceback (most recent call last):
    ...
ValueError: no root of -1""", "hidden": False},
                {"code": r""">>> root("x") # doctest: +ELLIPSIS
Traceback (most recent call last):
TypeError: ..."""},
                {"code": r""">>> root(4)
2.0
>>> try:
...     root(-4)
... except ValueError as error:
...     print("refused:", error)
refused: no root of -4
>>> for n in [1, 4]:
...     print(root(n))
1.0
2.0"""},
            ],
        }
    ],
}
