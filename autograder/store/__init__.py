"""What a class has so far, on disk: judged results by content, who handed in what, staff events.

    OUT/autograder.sqlite    the truth, with
    OUT/kept/ab/abcd…        every graded notebook and bundle, named by the sha256 of its bytes
    OUT/lock                 who is writing

Everything else in OUT can be made from these.

schema    tables, and how an older file becomes a newer one
files     OUT/kept
lock      one writer at a time
store     opening and closing, and what is true of the whole
bundles   a bundle kept, and opened again
judged    verdicts by content, without anybody's name
classes   who handed in what when, the roster, what became of each submission in each run
history   staff events
snapshot  a copy of the database as it is at one moment
"""

from autograder.store.bundles import for_reports, keep, opened_again
from autograder.store.classes import Kept, Run
from autograder.store.history import new_id
from autograder.store.lock import Busy, holder, lock
from autograder.store.snapshot import snapshot
from autograder.store.store import Store

__all__ = ["Busy", "Kept", "Run", "Store", "for_reports", "holder", "keep", "lock", "new_id", "opened_again", "snapshot"]
