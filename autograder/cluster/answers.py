"""What a worker says of a submission, as a result: no larger than one may be, of the known form, and of the questions that were asked."""

from __future__ import annotations

import json

from autograder.bundle import Bundle
from autograder.cluster.process import MOST_HEADER
from autograder.grading.judges import MOST_RESULT
from autograder.grading.session import as_answered
from autograder.model import Graded, Result, Submission

__all__ = ["result_of"]


def result_of(said: bytes, submission: Submission, bundle: Bundle, *, debug: bool = False) -> Result:
    """Read what `dask_worker.grade` returned.

    Raises:
        GraderBug: the grader itself failed, and `debug` is wanted.
        ValueError, TypeError, KeyError: it is no result of this submission with this bundle.
    """
    if len(said) > MOST_RESULT + MOST_HEADER:
        raise ValueError("larger than any result")
    head, _, body = said.partition(b"\n")
    result = as_answered(submission, json.loads(head), body, debug=debug)
    if isinstance(result, Graded) and tuple(score.question for score in result.questions) != bundle.assignment.questions:
        raise ValueError("other questions than were asked for")
    return result
