"""The nouns: frozen, without behaviour that could fail, at the bottom of every import.

policy     what the author decides
verdicts   what grading says
people     who is in the class, and where they stand
"""

from autograder.model.people import (
    HandedIn,
    LateLine,
    Outcome,
    Person,
    Platform,
    QuestionOutcome,
    QuestionStanding,
    Standing,
    State,
    Student,
)
from autograder.model.policy import (
    Assignment,
    Credit,
    Isolation,
    KernelKind,
    Lateness,
    Limits,
    OtterRules,
    Profile,
    Question,
    Reporting,
    Sandbox,
)
from autograder.model.verdicts import (
    CaseVerdict,
    CellProblem,
    Confined,
    Execution,
    Graded,
    Measured,
    QuestionScore,
    Result,
    Submission,
    Verdict,
    Visibility,
    Withheld,
    World,
)

__all__ = [
    "Assignment",
    "CaseVerdict",
    "CellProblem",
    "Confined",
    "Credit",
    "Execution",
    "Graded",
    "HandedIn",
    "Isolation",
    "KernelKind",
    "LateLine",
    "Lateness",
    "Limits",
    "Measured",
    "OtterRules",
    "Outcome",
    "Person",
    "Platform",
    "Profile",
    "Question",
    "QuestionOutcome",
    "QuestionScore",
    "QuestionStanding",
    "Reporting",
    "Result",
    "Sandbox",
    "Standing",
    "State",
    "Student",
    "Submission",
    "Verdict",
    "Visibility",
    "Withheld",
    "World",
]
