OK_FORMAT = True

test = {
    "name": "nothing",
    "points": 0,
    "suites": [
        {
            "type": "doctest",
            "scored": True,
            "setup": "",
            "teardown": "",
            "cases": [
                {"code": r""">>> half(4)
2.0""", "hidden": False, "locked": False},
                {"code": r""">>> half(-1)
-0.5
>>> half(0)
0.0""", "hidden": True, "locked": False},
                {"code": r""">>> x = half(10)
>>> x + 1
6.0""", "locked": False},
            ],
        }
    ],
}
