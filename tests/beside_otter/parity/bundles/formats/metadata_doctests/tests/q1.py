OK_FORMAT = True

test = {
    "name": "q1",
    "points": [1, 2],
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": ">>> price(10)\n11.9", "hidden": False, "success_message": "Taxed."},
                {"code": ">>> [price(n) for n in (0, 100)]\n[0.0, 119.0]", "hidden": False},
            ],
        }
    ],
}
