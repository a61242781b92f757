"""One submission as a page for its student: one file, no script, nothing loaded from elsewhere.

It shows what students may read and nothing else: no staff message, no path of the grader's machine. Every text is escaped, and
what could not be seen in it is written out (`autograder.printable`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jinja2

from autograder.bundle import Bundle
from autograder.model import Graded, Result
from autograder.printable import number, printable
from autograder.report.document import NOT_TAMPER_PROOF
from autograder.report.words import VERDICTS, all_or_nothing, problems_in_words, which_world, why_withheld

__all__ = ["page_bytes"]


def page_bytes(result: Result, bundle: Bundle, stand_ins: Mapping[str, tuple[str, ...]]) -> bytes:
    """Return the page as UTF-8.

    Args:
        result: What became of the submission.
        bundle: What graded it.
        stand_ins: Question name → the functions that the reference answers for in that question's reference world.
    """
    graded = result if isinstance(result, Graded) else None
    html = _template().render(
        assignment=bundle.assignment,
        root=f"{bundle.root}/",
        submission=result.submission,
        graded=graded,
        withheld="" if graded else why_withheld(result),
        verdicts=VERDICTS,
        points=number,
        world=lambda score: which_world(score, stand_ins.get(score.question.name, ())),
        one_price=all_or_nothing,
        not_tamper_proof=f"This question's result is {NOT_TAMPER_PROOF}.",
        problems=problems_in_words(graded.execution.problems) if graded else (),
    )
    return html.encode()


@cache
def _template() -> jinja2.Template:
    text = (resources.files("autograder.report") / "templates" / "page.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_visible
    )
    return environment.from_string(text)


@jinja2.pass_context
def _visible(context: jinja2.runtime.Context, value: Any) -> Any:
    """What is put into the page: printable, and with the bundle's files named from its root, which differs from run to run."""
    if not isinstance(value, str) or hasattr(value, "__html__"):  # the template's own macros
        return value
    return printable(value.replace(context["root"], ""))
