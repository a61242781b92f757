OK_FORMAT = True

test = {
    "name": "shown",
    "points": 4,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> parse("?") # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
ParseError: cannot read ?""", "hidden": False},
                {"code": r""">>> withdraw(10, 20)
Traceback (most recent call last):
    ...
ValueError: 20 asked for, only 10 there"""},
                {"code": r""">>> lookup({}, "x")
Traceback (most recent call last):
KeyError: 'x'"""},
                {"code": r""">>> checked(-1)
Traceback (most recent call last):
AssertionError: below zero
>>> report(3)
3 is odd
>>> report(4); report(0)
4 is even
0 is even"""},
            ],
        }
    ],
}
