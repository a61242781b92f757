"""Reference of "A ferry's log book". Lines between the markers are kept from students."""

import re

import pandas as pd


def route_code(name):
    """
    Shorten the name of a route, however it is spelt.

    Arguments:
    name -- what the log has for a route: a text such as "North Bay - Old Harbour", or nothing (None, NaN)

    Returns:
    code -- the initials of both ends in capitals, e.g. "NB-OH"; "??" for whatever is no route
    """
    ### START CODE HERE ###
    ends = re.split("[-\u2013\u2014]", name) if isinstance(name, str) else []
    initials = ["".join(word[0] for word in end.split()).upper() for end in ends]
    code = "-".join(initials) if len(initials) == 2 and all(initials) else "??"
    ### END CODE HERE ###

    return code


def clean_trips(trips):
    """
    Put a log in order. The log itself stays as it is.

    Arguments:
    trips -- frame with the columns trip, departed, route, passengers, delay_min; any number of rows

    Returns:
    clean -- new frame with the same columns: complete entries only, one for each trip, by time, rows numbered from 0
    """
    ### START CODE HERE ###
    complete = trips.dropna(subset=["departed", "passengers"])
    latest = complete.drop_duplicates("trip", keep="last")
    clean = latest.sort_values("departed", kind="stable").reset_index(drop=True)
    clean["passengers"] = clean["passengers"].astype(int)
    ### END CODE HERE ###

    return clean


def delays_by_route(trips):
    """
    Tell which routes are late.

    Arguments:
    trips -- a log as it was written

    Returns:
    delays -- frame with the columns code, trips, mean_delay: a row for each code, the latest first, rows numbered from 0
    """
    ### START CODE HERE ###
    clean = clean_trips(trips)
    by_code = clean.assign(code=clean["route"].map(route_code)).groupby("code")
    table = by_code.agg(trips=("trip", "size"), mean_delay=("delay_min", "mean")).reset_index()
    delays = table.sort_values(["mean_delay", "code"], ascending=[False, True]).reset_index(drop=True)
    ### END CODE HERE ###

    return delays


def passengers_by_week(trips):
    """
    Add up passengers, week by week.

    Arguments:
    trips -- a log as it was written

    Returns:
    weekly -- series named "passengers" of whole numbers; its index, named "week", has every Monday from the first to the last week
    """
    ### START CODE HERE ###
    clean = clean_trips(trips)
    by_time = clean.set_index("departed")["passengers"]
    weekly = by_time.resample("W-MON", label="left", closed="left").sum().rename_axis("week")
    ### END CODE HERE ###

    return weekly


class TicketBook:
    """What was sold on a trip, at the prices of a list."""

    def __init__(self, prices):
        """
        Arguments:
        prices -- series: kind of ticket -> its price; the list may change later, the book's prices do not
        """
        ### START CODE HERE ###
        self.prices = prices.copy()
        self.sold = pd.Series(0, index=prices.index)
        ### END CODE HERE ###

    def sell(self, kind, number=1):
        """Note tickets as sold. A kind that is not in the list is a KeyError, a number below 1 a ValueError; both leave the book as it is."""
        ### START CODE HERE ###
        if kind not in self.prices.index:
            raise KeyError(kind)
        if number < 1:
            raise ValueError(f"nobody buys {number} tickets")
        self.sold[kind] += number
        ### END CODE HERE ###

    @property
    def takings(self):
        """The money taken so far."""
        ### START CODE HERE ###
        total = float((self.sold * self.prices).sum())
        ### END CODE HERE ###

        return total

    def summary(self):
        """A frame with the columns kind, sold and takings: a row for each kind, in the order of the list, rows numbered from 0."""
        ### START CODE HERE ###
        table = pd.DataFrame({"kind": self.prices.index, "sold": self.sold.to_numpy(), "takings": (self.sold * self.prices).to_numpy()})
        ### END CODE HERE ###

        return table
