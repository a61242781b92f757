"""An autograder for Jupyter-notebook assignments: fair, safe and fast scoring of notebook functions.

    graded = autograder.grade("autograder.zip", "submissions.zip", "results", roster="roster.csv")

`autograder.api` has what can be used from Python; it is loaded when it is first asked for.
"""

import importlib
import os
from typing import TYPE_CHECKING

# Before anyone imports numpy: OpenBLAS starts threads at import, and a process with threads cannot be forked safely.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from autograder.api import (
        Assignment,
        AuthorError,
        AutograderError,
        Began,
        CaseVerdict,
        Changed,
        Class,
        Confinement,
        Done,
        Ended,
        Event,
        Explained,
        ExplainedQuestion,
        Export,
        Finished,
        Graded,
        GradedClass,
        HandedIn,
        InputError,
        LateLine,
        LeftOut,
        MachineFault,
        Made,
        Merged,
        Notice,
        Outcome,
        Question,
        QuestionChanged,
        QuestionOutcome,
        QuestionScore,
        QuestionStanding,
        RegradedClass,
        Replayed,
        Result,
        Standing,
        Started,
        State,
        Step,
        Student,
        Submission,
        SubmissionError,
        Verdict,
        Visibility,
        Withheld,
        World,
        grade,
        merge,
        open_class,
        regrade,
        replay,
        score,
    )
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module("autograder.api"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__version__ = "0.1.0.dev0"
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
    "__version__",
    "grade",
    "merge",
    "open_class",
    "regrade",
    "replay",
    "score",
]
