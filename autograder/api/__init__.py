"""The Python API: all that `import autograder` offers. `docs/api.md` shows its use.

calls      grade a class, regrade it, unite its parts; score a notebook, judge one again
reading    a class as it stands, and what staff does there
steps      what a callback hears while a run goes on
elsewhere, grading_process    the two sides of the process that grades

Nothing is graded in the caller's own process: it may have threads, an event loop, signal handlers of its own, and modules that no test
should see, and a process with threads cannot be forked safely. So each call starts a process by exec, which grades as the command does.
"""

from autograder.api.calls import GradedClass, RegradedClass, grade, merge, regrade, replay, score
from autograder.api.reading import Class, open_class
from autograder.api.steps import Began, Confinement, Ended, Finished, Notice, Started, Step
from autograder.batch.acts import Done
from autograder.batch.merge import Merged
from autograder.batch.up_to_date import Made
from autograder.errors import AuthorError, AutograderError, InputError, MachineFault, SubmissionError
from autograder.gradebook.export import Export, LeftOut
from autograder.model import (
    Assignment,
    CaseVerdict,
    Graded,
    HandedIn,
    LateLine,
    Outcome,
    Question,
    QuestionOutcome,
    QuestionScore,
    QuestionStanding,
    Result,
    Standing,
    State,
    Student,
    Submission,
    Verdict,
    Visibility,
    Withheld,
    World,
)
from autograder.report.changes import Changed, QuestionChanged
from autograder.report.explained import Explained, ExplainedQuestion, Replayed
from autograder.standing.events import Event

__all__ = [
    "Assignment",
    "AuthorError",
    "AutograderError",
    "Began",
    "CaseVerdict",
    "Changed",
    "Class",
    "Confinement",
    "Done",
    "Ended",
    "Event",
    "Explained",
    "ExplainedQuestion",
    "Export",
    "Finished",
    "Graded",
    "GradedClass",
    "HandedIn",
    "InputError",
    "LateLine",
    "LeftOut",
    "MachineFault",
    "Made",
    "Merged",
    "Notice",
    "Outcome",
    "Question",
    "QuestionChanged",
    "QuestionOutcome",
    "QuestionScore",
    "QuestionStanding",
    "RegradedClass",
    "Replayed",
    "Result",
    "Standing",
    "Started",
    "State",
    "Step",
    "Student",
    "Submission",
    "SubmissionError",
    "Verdict",
    "Visibility",
    "Withheld",
    "World",
    "grade",
    "merge",
    "open_class",
    "regrade",
    "replay",
    "score",
]
