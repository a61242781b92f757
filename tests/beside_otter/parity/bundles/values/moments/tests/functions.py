OK_FORMAT = True

test = {
    "name": "functions",
    "points": 5,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> import datetime
>>> age(datetime.date(2000, 2, 29), datetime.date(2024, 2, 28))
23""", "hidden": False},
                {"code": r""">>> import datetime
>>> next_day(datetime.date(2024, 2, 28))
datetime.date(2024, 2, 29)
>>> next_day(datetime.datetime(2024, 12, 31, 5, tzinfo=datetime.timezone.utc))
datetime.datetime(2025, 1, 1, 5, 0, tzinfo=datetime.timezone.utc)""", "hidden": False},
                {"code": r""">>> from decimal import Decimal
>>> with_tax(Decimal("1.10"))
Decimal('1.3090')
>>> with_tax(Decimal(0)) == 0
True"""},
                {"code": r""">>> from fractions import Fraction
>>> harmonic(4), type(harmonic(2)).__name__
(Fraction(25, 12), 'Fraction')"""},
                {"code": r""">>> weekdays
{'Mon': 0, 'Tue': 1}
>>> sorted(holidays)
[datetime.date(2024, 1, 1), datetime.date(2024, 12, 25)]"""},
            ],
        }
    ],
}
