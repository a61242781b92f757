"""What `TicketBook` is held to. These cases run beside the student's code: see `isolation: shared` in the config."""

import pandas as pd
from autograder_checks import assert_same, assert_unchanged
from otter.test_files import test_case

OK_FORMAT = False
name = "TicketBook"
points = 8


def prices():
    """A price list."""
    return pd.Series({"adult": 4.5, "child": 2.0, "bicycle": 1.5})


def took(book, money):
    """See that so much was taken."""
    assert book.takings == money, f"takings should be {money}, and is {book.takings}"


def refused(book, error, *sale):
    """See that a sale is refused in this way."""
    try:
        book.sell(*sale)
    except error:
        return
    raise AssertionError(f"sell{sale} should raise {error.__name__}")


@test_case(name="two sales", points=2)
def test_two_sales(TicketBook):
    book = TicketBook(prices())
    book.sell("adult", 2)
    book.sell("child")
    took(book, 11.0)


@test_case(name="what cannot be sold", points=2, hidden=True, failure_message="A sale that is refused raises the right exception, and leaves the book as it was.")
def test_refused(TicketBook):
    book = TicketBook(prices())
    book.sell("child", 3)
    refused(book, KeyError, "dog")
    refused(book, ValueError, "adult", 0)
    refused(book, ValueError, "adult", -2)
    took(book, 6.0)


@test_case(name="two books, one price list", points=2, hidden=True, failure_message="Two books have sales of their own, and keep the prices that they were made with.")
def test_two_books(TicketBook):
    listed = prices()
    book, other = TicketBook(listed), TicketBook(listed)
    book.sell("adult")
    took(other, 0.0)
    listed["adult"] = 100.0
    took(book, 4.5)
    book.sell("bicycle", 2)
    took(book, 7.5)


@test_case(name="a summary of every kind", points=2, hidden=True, failure_message="The summary has every kind of ticket, in the order of the price list.")
def test_summary(TicketBook):
    listed = prices()
    book = TicketBook(listed)
    book.sell("bicycle", 2)
    book.sell("bicycle")
    wanted = pd.DataFrame({"kind": ["adult", "child", "bicycle"], "sold": [0, 0, 3], "takings": [0.0, 0.0, 4.5]})
    assert_same(book.summary(), wanted, names=("summary",))
    assert_unchanged(listed, prices(), name="prices")
