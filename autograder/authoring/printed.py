"""Expected outputs: one data file that feeds the notebook's tables, and is held against what the driver cells print.

    {"FUNCTION": [{"label": "a_next[4]", "value": "[ 0.59584544 0.18141802]"}, ...], ...}

A driver cell prints each as `label = value`; a value in brackets may go on over several lines, as numpy wraps arrays.
In a markdown cell, a line `<!-- expected: FUNCTION -->` is where the release has the table.
Numbers are compared as numbers, to the digits printed: 0.1721177675329167 agrees with 0.172117767533.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from autograder.authoring.notebook import Cell, CourseNotebook
from autograder.config.yaml_places import nearest
from autograder.errors import AuthorError

__all__ = ["Printed", "agrees", "difference_from_printed", "read_printed", "with_tables"]

_PLACEHOLDER = re.compile(r"^[ \t]*<!--[ \t]*expected:[ \t]*(?P<name>.*?)[ \t]*-->[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.])[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_OPEN, _CLOSE = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Printed:
    """One line that a driver cell prints."""

    label: str
    """The expression, as printed before ` = `."""
    value: str
    """As printed behind it, on one line."""


def read_printed(path: Path, shown: str, functions: Iterable[str]) -> dict[str, tuple[Printed, ...]]:
    """Read the data file.

    Raises:
        AuthorError: M501; it is not of the form above, or names a function that the config does not.
    """
    known = tuple(functions)
    remedy = 'Its form is {"FUNCTION": [{"label": "...", "value": "..."}]}.'
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise AuthorError(f"The file cannot be read: {error.strerror}.", file=shown) from error
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise AuthorError(f"[M501] This is not JSON ({error}).", file=shown, line=line, remedy=remedy) from error
    if not isinstance(document, dict):
        raise AuthorError("[M501] This is not a JSON object.", file=shown, remedy=remedy)
    result: dict[str, tuple[Printed, ...]] = {}
    for name, rows in document.items():
        if name not in known:
            raise AuthorError(f"[M501] `{name}` is no function of the config.{nearest(name, known)}", file=shown)
        if not isinstance(rows, list) or not rows:
            raise AuthorError(f"[M501] `{name}` has no list of lines.", file=shown, remedy=remedy)
        for row in rows:
            if not isinstance(row, dict) or set(row) != {"label", "value"} or not all(isinstance(v, str) for v in row.values()):
                raise AuthorError(f"[M501] `{name}` has an entry without label and value.", file=shown, remedy=remedy)
        labels = [row["label"] for row in rows]
        for label in labels:
            if labels.count(label) > 1:
                raise AuthorError(f"[M501] `{name}` has the label `{label}` twice.", file=shown, remedy="Rename one.")
        result[name] = tuple(Printed(row["label"], " ".join(row["value"].split())) for row in rows)
    return result


def with_tables(notebook: CourseNotebook, printed: Mapping[str, tuple[Printed, ...]]) -> dict[int, str]:
    """Return cell number → text, for every markdown cell with a placeholder, with tables in their place.

    Raises:
        AuthorError: M502; a placeholder names a function without expected outputs.
    """
    replaced: dict[int, str] = {}
    for cell in notebook.cells:
        if cell.kind != "markdown" or not _PLACEHOLDER.search(cell.source.text):
            continue
        replaced[cell.number] = _PLACEHOLDER.sub(partial(_table_for, cell=cell, printed=printed), cell.source.text)
    return replaced


def difference_from_printed(rows: Iterable[Printed], stdout: str) -> str:
    """Compare what a driver cell printed with what it should; return one sentence, or an empty text."""
    for row in rows:
        found = _printed_value(stdout, row.label)
        if found is None:
            return f"`{row.label} = ...` is expected to be printed, and is not."
        if not agrees(found, row.value):
            return f"`{row.label}` is expected as `{row.value}`, and printed as `{found}`."
    return ""


def agrees(observed: str, expected: str) -> bool:
    """Say whether two printed values have the same form, and the same numbers to the digits that `expected` has."""
    if _form(observed) != _form(expected):
        return False
    ours, theirs = _NUMBER.findall(observed), _NUMBER.findall(expected)
    for one, other in zip(ours, theirs, strict=True):
        printed, wanted = _half_unit(one), _half_unit(other)
        # What is printed was rounded too; fewer digits than expected make no wider tolerance.
        if abs(Decimal(one) - Decimal(other)) > wanted + (printed if printed < wanted else 0):
            return False
    return True


def _half_unit(number: str) -> Decimal:
    """Return half a unit in the last printed digit; whole numbers are exact."""
    mantissa, _, _ = number.lower().partition("e")
    if "." not in mantissa:
        return Decimal(0)
    exponent = int(Decimal(number).as_tuple().exponent)
    # numpy cuts trailing zeros: its `2.` is 2.00000000 at the default precision of 8 digits.
    return Decimal((0, (5,), exponent - (9 if mantissa.endswith(".") else 1)))


def _form(value: str) -> str:
    """Return a value's text with every number made `#`, without white space and commas between numbers of an array."""
    return re.sub(r"[\s]+", "", _NUMBER.sub(" # ", value))


def _printed_value(stdout: str, label: str) -> str | None:
    """Return what is printed behind the last `label = `, on one line."""
    lines = stdout.split("\n")
    starts = [n for n, line in enumerate(lines) if re.match(rf"[ \t]*{re.escape(label)}[ \t]*=(?!=)", line)]
    if not starts:
        return None
    text = lines[starts[-1]].split(label, 1)[1].partition("=")[2]
    for line in lines[starts[-1] + 1 :]:
        if _depth(text) <= 0:
            break
        text += " " + line
    return " ".join(text.split())


def _depth(text: str) -> int:
    return sum(text.count(c) for c in _OPEN) - sum(text.count(c) for c in _CLOSE)


def _table_for(match: re.Match[str], cell: Cell, printed: Mapping[str, tuple[Printed, ...]]) -> str:
    name = match["name"]
    if name not in printed:
        line = cell.source.text.count("\n", 0, match.start()) + 1
        what = f"There are no expected outputs of `{name}`.{nearest(name, printed)}"
        raise cell.source.at(line).error("M502", what, "Add them to the file of printed outputs, or remove the line.")
    rows = [f"| {_code(row.label)} | {_code(row.value)} |" for row in printed[name]]
    return "\n".join(["| expression | value |", "|:--|:--|", *rows])


def _code(text: str) -> str:
    """Return a code span fit for a table's cell (CommonMark 0.31, §6.1; in tables `|` is escaped, GFM §4.10)."""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")
