"""One submission as a page for its student: one file, no script, nothing loaded from elsewhere.

It shows what students may read and nothing else: no staff message, no path of the grader's machine, nobody else. Every text is escaped,
and what could not be seen in it is written out (`autograder.printable`).

This is also the door to the template engine: every page is `rendered` here.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from autograder.bundle import Bundle
from autograder.model import Graded, Result, Standing, State
from autograder.printable import in_points, number, printable
from autograder.report.document import NOT_TAMPER_PROOF
from autograder.report.students_view import students_view
from autograder.report.words import VERDICTS, all_or_nothing, problems_in_words, which_world, why_withheld

__all__ = ["page_bytes", "rendered"]


def page_bytes(result: Result, bundle: Bundle, stand_ins: Mapping[str, tuple[str, ...]], *, standing: Standing | None = None) -> bytes:
    """Return the page as UTF-8.

    Args:
        result: What became of the submission.
        bundle: What graded it.
        stand_ins: Question name → the functions that the reference answers for in that question's reference world.
        standing: Where the one whose page it is stands, after staff had their say; None: the page is the submission's alone.
    """
    graded = result if isinstance(result, Graded) else None
    view = students_view(standing) if standing is not None else None
    return rendered(
        "page.html",
        f"{bundle.root}/",
        assignment=bundle.assignment,
        name=view.name if view else result.submission.name,
        file=view.file if view else result.submission.file,
        view=view,
        excused=view is not None and view.state is State.EXCUSED,
        graded=graded,
        withheld="" if graded else why_withheld(result, called=(view.file or "your notebook") if view else ""),
        verdicts=VERDICTS,
        points=number,
        in_points=in_points,
        world=lambda score: which_world(score, stand_ins.get(score.question.name, ())),
        one_price=all_or_nothing,
        not_tamper_proof=f"This question's result is {NOT_TAMPER_PROOF}.",
        problems=problems_in_words(graded.execution.problems) if graded else (),
    )


def rendered(template: str, root: str, **values: Any) -> bytes:
    """Return a page of `templates/` as UTF-8.

    Args:
        template: File name of the template.
        root: The folder that the bundle was unpacked to, with a slash at its end; it is cut from every text.
        values: What the template shows.
    """
    return _environment().get_template(template).render(values, root=root).encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
        loader=jinja2.FunctionLoader(_source),
    )
    environment.globals["source"] = lambda name: Markup(_source(name))  # noqa: S704 - our own style sheets and script
    environment.globals["sha256"] = _sha256
    return environment


@cache
def _source(name: str) -> str:
    return (resources.files("autograder.report") / "templates" / name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    """A style sheet or script as a content security policy names it, so that a browser takes this one and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@jinja2.pass_context
def _visible(context: jinja2.runtime.Context, value: Any) -> Any:
    """What is put into the page: printable, and with the bundle's files named from its root, which differs from run to run."""
    if not isinstance(value, str) or hasattr(value, "__html__"):  # the template's own macros
        return value
    return printable(value.replace(context["root"], ""))
