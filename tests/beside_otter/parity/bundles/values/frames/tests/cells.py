OK_FORMAT = True

test = {
    "name": "cells",
    "points": 2,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> people.groupby("city")["age"].mean()["Rome"].item()
35.0
>>> people["name"].str.upper().tolist()
['ANN', 'BOB', 'CY']""", "hidden": False},
                {"code": r""">>> isinstance(by_city, pd.Series)
True
>>> days.dt.year.tolist()
[2024, 2025]
>>> summary["ages"].max().item(), summary["first"]
(50, 'Ann')"""},
            ],
        }
    ],
}
