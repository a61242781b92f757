OK_FORMAT = True

test = {
    "name": "q2",
    "points": [0, 2, 1.5],
    "all_or_nothing": False,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": ">>> type(letters).__name__\n'str'", "hidden": False, "name": "kind", "failure_message": "A text, please."},
                {"code": ">>> letters[-1]\n'z'", "hidden": True, "success_message": "The last one is right."},
                {"code": ">>> sorted(letters) == list(letters)\nTrue"},
            ],
        }
    ],
}
