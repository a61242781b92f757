OK_FORMAT = True

test = {
    "name": "taken",
    "points": 4,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> total(n * n for n in range(4))
14
>>> total(iter([1, 2]))
3""", "hidden": False},
                {"code": r""">>> batches(range(5), 2)
[[0, 1], [2, 3], [4]]
>>> batches(zip("ab", "cd"), 1)
[[('a', 'c')], [('b', 'd')]]"""},
                {"code": r""">>> first_words(map(str.strip, [" one two ", "three"]))
['one', 'three']
>>> first_words(enumerate_me(["a b"]))
['a']"""},
                {"code": r""">>> steps = fibonacci()
>>> [next(steps) for _ in range(8)]
[0, 1, 1, 2, 3, 5, 8, 13]
>>> squares(3)
{0: 0, 1: 1, 2: 4}"""},
            ],
        }
    ],
}
