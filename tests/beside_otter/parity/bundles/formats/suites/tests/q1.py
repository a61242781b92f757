OK_FORMAT = True

test = {
    "name": "q1",
    "points": 3,
    "suites": [
        {"type": "doctest", "cases": [{"code": ">>> double(1)\n2", "hidden": False}]},
        {"type": "doctest", "cases": [{"code": ">>> double(-1)\n-2"}, {"code": ">>> double('a')\n'aa'"}]},
    ],
}
