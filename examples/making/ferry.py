"""Hand-ins of the pandas course: right ones, the usual mistakes with frames, and one that cheats where it can."""

from __future__ import annotations

from making.example import Example, registering
from making.notebook import ROOT, Notebook, assignment

from autograder.authoring.course import read_course
from autograder.config import load_config

COURSE = ROOT / "examples" / "pandas_course"
NOTEBOOK = COURSE / "assignment" / "ferry_log.ipynb"
FULL = {"route_code": 8, "clean_trips": 12, "delays_by_route": 12, "passengers_by_week": 10, "TicketBook": 8}
NOTHING = dict.fromkeys(FULL, 0)
EXAMPLES: dict[str, Example] = {}
example = registering(EXAMPLES)


def solved() -> Notebook:
    """The notebook with the reference between all markers."""
    nb = Notebook(assignment(NOTEBOOK), name=NOTEBOOK.name)
    for number, text in read_course(load_config(COURSE)).filled_cells().items():
        nb.cells[number - 1]["source"] = text
    return nb


@example("Everything is right.")
def perfect(nb):
    pass


@example("Right in another style: loops, periods, plain Python in the class.")
def perfect_in_another_style(nb):
    nb.body("route_code", r"""
piers = re.split("[-–—]", name) if isinstance(name, str) else [""]
words = [re.findall(r"\S+", pier) for pier in piers]
code = "??"
if len(words) == 2 and words[0] and words[1]:
    code = "-".join("".join(word[:1].upper() for word in pier) for pier in words)
""")
    nb.body("clean_trips", """
latest = {}
for place, entry in enumerate(trips.itertuples(index=False)):
    if pd.notna(entry.departed) and pd.notna(entry.passengers):
        latest[entry.trip] = place
clean = trips.iloc[sorted(latest.values())].sort_values("departed", kind="mergesort", ignore_index=True)
clean = clean.astype({"passengers": "int64"})
""")
    nb.body("delays_by_route", """
clean = clean_trips(trips)
clean["code"] = [route_code(name) for name in clean["route"]]
rows = [(code, len(group), group["delay_min"].mean()) for code, group in clean.groupby("code")]
delays = pd.DataFrame(rows, columns=["code", "trips", "mean_delay"])
delays = delays.sort_values("mean_delay", ascending=False, kind="stable", ignore_index=True)
""")
    nb.body("passengers_by_week", """
clean = clean_trips(trips)
monday = clean["departed"].dt.to_period("W-SUN").dt.start_time
weekly = clean["passengers"].groupby(monday).sum()
weekly = weekly.reindex(pd.date_range(weekly.index.min(), weekly.index.max(), freq="7D", name="week"), fill_value=0)
""")
    nb.function("TicketBook")["source"] = '''
# GRADED CLASS: TicketBook
class TicketBook:
    def __init__(self, prices):
        self._prices = dict(prices)
        self._sales = []

    def sell(self, kind, number=1):
        price = self._prices[kind]
        if number <= 0:
            raise ValueError("at least one")
        self._sales += [(kind, price)] * number

    @property
    def takings(self):
        return sum(price for _, price in self._sales)

    def summary(self):
        rows = [{"kind": kind, "sold": self._sales.count((kind, price))} for kind, price in self._prices.items()]
        table = pd.DataFrame(rows)
        return table.assign(takings=table["sold"] * table["kind"].map(self._prices))
'''.strip()


@example("As it came.", **NOTHING)
def untouched(nb):
    nb.document.update(assignment(NOTEBOOK))


@example(
    "clean_trips keeps the first of several entries, not the last; what calls it is right.",
    clean_trips=4,
    worlds={"delays_by_route": "reference", "passengers_by_week": "reference"},
    verdicts={"clean_trips": {"any log": "failed", "a log without an entry": "passed"}},
)
def wrong_helper(nb):
    nb.edit("clean_trips", ('keep="last"', 'keep="first"'))


@example("clean_trips keeps the log's row numbers.", clean_trips=4, worlds={"delays_by_route": "own"})
def index_not_reset(nb):
    nb.edit("clean_trips", (".reset_index(drop=True)", ""))


@example("clean_trips drops rows of the log that it was given.", clean_trips=10, verdicts={"clean_trips": {"the log stays as it was": "failed"}})
def argument_changed(nb):
    nb.edit("clean_trips", ("complete = trips.dropna(", "complete = trips\n    complete.dropna("), ('"passengers"])\n', '"passengers"], inplace=True)\n'))


@example("clean_trips leaves repeated entries in.", clean_trips=4, worlds={"passengers_by_week": "reference"})
def repeated_entries(nb):
    nb.edit("clean_trips", ('complete.drop_duplicates("trip", keep="last")', "complete"))


@example("route_code knows the hyphen only.", route_code=5, worlds={"delays_by_route": "reference"})
def one_kind_of_dash(nb):
    nb.edit("route_code", ('re.split("[-\\u2013\\u2014]", name)', 'name.split("-")'))


@example("delays_by_route loses routes without a name, which group-by leaves out.", delays_by_route=9, verdicts={"delays_by_route": {"any log": "passed"}})
def missing_groups(nb):
    nb.edit("delays_by_route", (".map(route_code)", '.map(route_code, na_action="ignore")'))


@example("passengers_by_week leaves weeks without a trip out.", passengers_by_week=4, verdicts={"passengers_by_week": {"weeks without a trip": "failed"}})
def weeks_left_out(nb):
    nb.body("passengers_by_week", """
clean = clean_trips(trips)
monday = (clean["departed"] - pd.to_timedelta(clean["departed"].dt.dayofweek, unit="D")).dt.normalize()
weekly = clean.groupby(monday.rename("week"))["passengers"].sum()
""")


@example("passengers_by_week returns nothing.", passengers_by_week=0, verdicts={"passengers_by_week": {"any log": "failed"}})
def returns_none(nb):
    nb.edit("passengers_by_week", ("    return weekly", ""))


@example("A ticket book keeps the price list itself, not a copy.", TicketBook=6, verdicts={"TicketBook": {"two books, one price list": "failed"}})
def price_list_not_copied(nb):
    nb.edit("TicketBook", ("prices.copy()", "prices"))


@example("The cell of the class was deleted.", TicketBook=0, verdicts={"TicketBook": {"two sales": "missing", "a summary of every kind": "missing"}})
def class_missing(nb):
    nb.remove("TicketBook")


@example("Nothing is written; a cell makes every test that runs in this process pass. That is so for the class, and nothing else.", **{**NOTHING, "TicketBook": 8})
def cheats_in_the_class(nb):
    nb.document.update(assignment(NOTEBOOK))
    nb.add('''
import gc

for thing in gc.get_objects():
    if isinstance(thing, type) and thing.__name__ == "Beside":
        thing.run = lambda *arguments: None
'''.strip())
