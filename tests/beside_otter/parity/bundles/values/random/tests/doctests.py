OK_FORMAT = True

test = {
    "name": "doctests",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> np.random.seed(8)
>>> [int(n) for n in roll(5)]
[4, 5, 2, 2, 6]""", "hidden": False},
                {"code": r""">>> import random
>>> random.seed(8)
>>> pick(["x", "y", "z"])
'x'"""},
                {"code": r""">>> np.random.seed(8)
>>> mean_of(1000).round(3).item()
0.002"""},
            ],
        }
    ],
}
