OK_FORMAT = True

test = {
    "name": "q2",
    "points": 4,
    "all_or_nothing": True,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": ">>> words('a b')\n['a', 'b']", "hidden": False},
                {"code": ">>> words('canary-of-a-hidden-test  48151')\n['canary-of-a-hidden-test', '48151']", "hidden": True},
            ],
        }
    ],
}
