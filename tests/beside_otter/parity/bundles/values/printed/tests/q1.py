OK_FORMAT = True

test = {
    "name": "q1",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> countdown(3)
3
2
1
Lift-off!""", "hidden": False},
                {"code": r""">>> result = countdown(1)
1
Lift-off!
>>> print(result)
None"""},
                {"code": r""">>> table([1, 22]) # doctest: +NORMALIZE_WHITESPACE
n   n squared
1   1
22  484"""},
            ],
        }
    ],
}
