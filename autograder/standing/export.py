"""What platforms' gradebooks are told of one person."""

from __future__ import annotations

import enum
from fractions import Fraction

from autograder.model import Assignment, Standing, State

__all__ = ["EXCUSED", "Excused", "exported_points"]


class Excused(enum.Enum):
    """What stands in place of points for who is excused."""

    EXCUSED = "excused"
    """The only one."""


EXCUSED = Excused.EXCUSED
"""The only one there is."""


def exported_points(standing: Standing, assignment: Assignment) -> Fraction | Excused | None:
    """Return the points that go to a platform, exact and not scaled to the platform's own.

    They are those before lateness, for platforms subtract their own, unless the config says `export_late: true`; but an override of the
    total goes as it is. Who handed in nothing has the config's `not_submitted`.

    Returns:
        None where platforms get no row: `standing.left_out` says why.
    """
    if standing.left_out:
        return None
    match standing.state:
        case State.EXCUSED:
            return EXCUSED
        case State.NOT_SUBMITTED:
            return assignment.reporting.not_submitted
        case State.WITHHELD | State.PENDING:
            return None
        case State.GRADED if standing.total_override is not None:
            return standing.total_override
        case State.GRADED:
            return standing.final if assignment.reporting.export_late else standing.subtotal
