OK_FORMAT = True

test = {
    "name": "functions",
    "points": 6,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> normalized(np.array([1.0, 3.0]))
array([0.25, 0.75])
>>> normalized(np.eye(2)).sum(axis=0)
array([1., 1.])""", "hidden": False},
                {"code": r""">>> a = np.arange(4)
>>> add_one(a)
>>> a
array([1, 2, 3, 4])"""},
                {"code": r""">>> a = np.arange(6).reshape(2, 3)
>>> clipped(a, 2)
array([[0, 1, 2],
       [2, 2, 2]])
>>> a[1, 2].item()
5"""},
                {"code": r""">>> where = outliers(np.array([1, 1, 1, 50]))
>>> where, where.dtype
(array([3]), dtype('int64'))"""},
                {"code": r""">>> window = first_two(np.array([5, 6, 7]))
>>> window[0] = 9
>>> window
array([9, 6])
>>> np.shares_memory(window, window)
True"""},
                {"code": r""">>> m, s = stats(np.array([1.0, 2.0, 3.0]))
>>> print(round(float(m), 2), round(float(s), 2))
2.0 0.82
>>> type(m).__name__
'float64'"""},
            ],
        }
    ],
}
