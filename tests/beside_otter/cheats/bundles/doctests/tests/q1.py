OK_FORMAT = True

test = {
    "name": "q1",
    "points": [1, 2],
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": ">>> double(2)\n4", "hidden": False},
                {"code": ">>> double(31415)  # canary-of-a-hidden-test\n62830", "hidden": True},
            ],
        }
    ],
}
