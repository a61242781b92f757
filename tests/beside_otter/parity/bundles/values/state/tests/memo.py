OK_FORMAT = True

test = {
    "name": "memo",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> fib(80)
23416728348467685
>>> 80 in cache
True
>>> cache[10]
55""", "hidden": False},
                {"code": r""">>> len(cache) >= 0
True
>>> hanoi(3)
[('A', 'C'), ('A', 'B'), ('C', 'B'), ('A', 'C'), ('B', 'A'), ('B', 'C'), ('A', 'C')]
>>> is_even(10), is_odd(7), is_even(3)
(True, True, False)"""},
                {"code": r""">>> log("a"); log("b")
>>> messages[-2:]
['a', 'b']
>>> settings["debug"] = True
>>> settings
{'debug': True}"""},
            ],
        }
    ],
}
