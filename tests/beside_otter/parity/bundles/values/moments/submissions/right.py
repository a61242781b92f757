# scores: functions 5/5, variables 6/6
# %%
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

start = dt.datetime(2024, 3, 31, 3, 30, tzinfo=ZoneInfo("Europe/Berlin"))
lasts = dt.timedelta(hours=24.5)
alarm = dt.time(7, 30)
ambiguous = dt.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
price = Decimal("19.90")
share = Fraction(4, 6)
# %%
def age(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

def next_day(day):
    return day + dt.timedelta(days=1)

def with_tax(amount):
    return amount * Decimal("1.19")

def harmonic(n):
    return sum(Fraction(1, k) for k in range(1, n + 1))

weekdays = {"Mon": 0, "Tue": 1}
holidays = {dt.date(2024, 12, 25), dt.date(2024, 1, 1)}
