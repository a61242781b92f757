OK_FORMAT = True

test = {
    "name": "arrays",
    "points": [1, 1, 1, 2],
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> table.shape
(2, 3)""", "hidden": False},
                {"code": r""">>> np.allclose(table.sum(axis=0), [3, 5, 7])
True
>>> table
array([[0, 1, 2],
       [3, 4, 5]])""", "hidden": False},
                {"code": r""">>> mask.dtype
dtype('bool')
>>> int(mask.sum())
1"""},
                {"code": r""">>> float(np.round(table.mean(), 3))
2.5
>>> type(table) == np.ndarray
True
>>> names.tolist()
['x', 'yy']"""},
            ],
        }
    ],
}
