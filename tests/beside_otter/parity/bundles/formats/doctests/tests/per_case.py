OK_FORMAT = True

test = {
    "name": "per_case",
    "points": None,
    "suites": [
        {
            "type": "doctest",
            "scored": True,
            "setup": "",
            "teardown": "",
            "cases": [
                {"code": r""">>> half(4)
2.0""", "hidden": False, "locked": False, "points": 2},
                {"code": r""">>> half(-1)
-0.5
>>> half(0)
0.0""", "hidden": True, "locked": False, "points": 1.5},
                {"code": r""">>> x = half(10)
>>> x + 1
6.0""", "locked": False, "points": 0},
            ],
        }
    ],
}
