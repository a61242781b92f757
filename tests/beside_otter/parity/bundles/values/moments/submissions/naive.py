# scores: functions 1/5, variables 2/6
# No time zones, and floats for everything.
# %%
import datetime as dt

start = dt.datetime(2024, 3, 31, 3, 30)
lasts = dt.timedelta(seconds=88200)
alarm = dt.datetime(2024, 1, 1, 7, 30).time()
ambiguous = dt.datetime(2024, 10, 27, 2, 30)
price = 19.90
share = 2 / 3
# %%
def age(born, today):
    return (today - born).days // 365

def next_day(day):
    return day.replace(day=day.day + 1)

def with_tax(amount):
    return float(amount) * 1.19

def harmonic(n):
    return sum(1 / k for k in range(1, n + 1))

weekdays = dict(Mon=0, Tue=1)
holidays = [dt.date(2024, 1, 1), dt.date(2024, 12, 25)]
