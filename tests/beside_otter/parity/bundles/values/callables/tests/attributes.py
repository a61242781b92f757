OK_FORMAT = True

test = {
    "name": "attributes",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> before = count_me.calls
>>> count_me() is None
True
>>> count_me.calls - before
1""", "hidden": False},
                {"code": r""">>> @counted
... def f(x):
...     return x
>>> f(1), f(2), f.calls
(1, 2, 2)"""},
                {"code": r""">>> total(1, 2, c=3), total()
(6, 0)
>>> collected(2)
[2]
>>> collected(3)
[2, 3]"""},
            ],
        }
    ],
}
