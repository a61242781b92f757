OK_FORMAT = True

test = {
    "name": "matrix",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> transposed([[1, 2], [3, 4]])
[[1, 3], [2, 4]]""", "hidden": False},
                {"code": r""">>> m = np.ones((2, 3))
>>> scaled(m, 2).shape
(2, 3)
>>> float(m.sum())
6.0
>>> scaled(m, 2).dtype
dtype('float64')"""},
                {"code": r""">>> sorted(neighbours({1: [2, 3], 2: [1]}, 1))
[2, 3]
>>> neighbours({}, 1)
set()"""},
            ],
        }
    ],
}
