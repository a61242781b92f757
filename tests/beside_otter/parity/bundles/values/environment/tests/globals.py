OK_FORMAT = True

test = {
    "name": "globals",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> np.isclose(mean([1, 2]), 1.5).item()
True""", "hidden": False},
                {"code": r""">>> data = [4, 6]
>>> def doubled(f):
...     return 2 * f(data)
>>> doubled(mean)
10.0""", "hidden": False},
                {"code": r""">>> import math
>>> [math.floor(mean([n, n + 1])) for n in range(3)]
[0, 1, 2]
>>> 'mean' in globals()
True"""},
            ],
        }
    ],
}
