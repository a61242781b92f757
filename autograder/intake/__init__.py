"""Submissions from whatever a learning platform gave, and the roster: who handed in what and when. Runs nothing, judges nothing.

taking      the way in: `take_in`
tree        folders on disk and archives, seen alike; archives: hostile zips; caps: how much is too much
gradescope, canvas, moodle, nbgrader, github, folders    what each platform writes
selecting   which file of a submission; choosing: which of several notebooks; reader, reading: the process that looks at them
describing  all of it as a table, for a dry run
"""

from autograder.intake.caps import Caps
from autograder.intake.describing import Row, describe
from autograder.intake.downloads import Wanted
from autograder.intake.reader import Looked, Reader, Unreadable
from autograder.intake.taking import Arrival, Attempts, Recognised, TakenIn, take_in

__all__ = [
    "Arrival",
    "Attempts",
    "Caps",
    "Looked",
    "Reader",
    "Recognised",
    "Row",
    "TakenIn",
    "Unreadable",
    "Wanted",
    "describe",
    "take_in",
]
