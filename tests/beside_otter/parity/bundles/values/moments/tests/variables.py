import datetime as dt
import decimal
import fractions
import zoneinfo

from otter.test_files import test_case

OK_FORMAT = False
name = "variables"
points = 6


@test_case()
def test_zoned(start):
    assert start == dt.datetime(2024, 3, 31, 1, 30, tzinfo=dt.timezone.utc)
    assert start.utcoffset() == dt.timedelta(hours=2) and start.tzinfo == zoneinfo.ZoneInfo("Europe/Berlin")


@test_case()
def test_length(lasts):
    assert lasts == dt.timedelta(days=1, minutes=30) and lasts.total_seconds() == 88200


@test_case()
def test_time(alarm):
    assert isinstance(alarm, dt.time) and alarm.isoformat() == "07:30:00"


@test_case(hidden=True)
def test_fold(ambiguous):
    assert ambiguous.fold == 1 and ambiguous.utcoffset() == dt.timedelta(hours=1)


@test_case(hidden=True)
def test_decimal(price):
    assert price == decimal.Decimal("19.90") and str(price) == "19.90" and isinstance(price, decimal.Decimal)


@test_case(hidden=True)
def test_fraction(share):
    assert share == fractions.Fraction(2, 3) and share.denominator == 3
