OK_FORMAT = True

test = {
    "name": "q2",
    "points": 2,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> 1 <= die <= 6
True""", "hidden": False},
                {"code": r""">>> import random
>>> random.seed(42)
>>> die == random.randint(1, 6)
True"""},
            ],
        }
    ],
}
