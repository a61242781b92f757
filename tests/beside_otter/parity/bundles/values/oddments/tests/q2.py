OK_FORMAT = True

test = {
    "name": "q2",
    "points": 6,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> import inspect
>>> list(inspect.signature(two).parameters), two.__defaults__
(['a', 'b'], (3,))""", "hidden": False},
                {"code": r""">>> two.__name__, two.__doc__, two.__annotations__
('two', 'Two.', {'b': <class 'int'>})""", "hidden": False},
                {"code": r""">>> isinstance(m.pi, float), rnd.default_rng(1).integers(9).item()
(True, 4)"""},
                {"code": r""">>> type(two).__name__
'function'"""},
                {"code": r""">>> import inspect
>>> 'while' not in inspect.getsource(two)
True"""},
                {"code": r""">>> settings.x, sorted(vars(settings))
(1, ['x'])"""},
            ],
        }
    ],
}
