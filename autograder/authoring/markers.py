"""The grammar of graded functions and classes, in a notebook's cells and in the solution module alike.

    stub cell   = heading , { given line } , ( "def" | "class" ) NAME ... , body          one function or class a cell
    heading     = "# " , ( "GRADED" | "OPTIONAL" ) , ( " FUNCTION: " | " CLASS: " ) , NAME
    body        = { given line | region }                                   at least one region
    region      = start , { the student's line } , end
    start       = { blank } , "### START CODE HERE ###" , { any text }      e.g. "(≈2 lines)"
    end         = { blank } , "### END CODE HERE ###" , { any text }

Heading and markers are comments that fill a line. Regions do not nest, and a region lies in the body of its function or class; a
class may have several, in its methods and between them.
In the solution module headings are not needed: a function or class is found by its name, and its first region fills the stub's
first region, and so on. Lines between the solution's markers are the secret; lines outside them are given to students.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.authoring.sources import Place, SourceText

__all__ = ["Heading", "Region", "find_headings", "find_regions"]

_MARKER = re.compile(r"[ \t]*### (START|END) CODE HERE ###(?P<rest>.*)")
_HEADING = re.compile(r"# (?P<kind>GRADED|OPTIONAL) (?P<noun>FUNCTION|CLASS): (?P<name>[^\W\d]\w*)[ \t]*")
# What a reader would take for a marker or heading though it is none.
_LIKE_MARKER = re.compile(r"[ \t]*#+[ \t]*(START|END)[ \t_-]*(YOUR[ \t]*)?CODE[ \t_-]*HERE\b.*", re.IGNORECASE)
_LIKE_HEADING = re.compile(r"[ \t]*#+[ \t]*(GRADED|OPTIONAL|UNGRADED)[ \t_-]*(FUNCTIONS?|CLASS(ES)?)\b.*", re.IGNORECASE)
_START, _END = "### START CODE HERE ###", "### END CODE HERE ###"


@dataclass(frozen=True, slots=True)
class Region:
    """What stands between two markers."""

    start: int
    """1-based line of the start marker."""
    end: int
    """1-based line of the end marker."""
    indent: str
    """White space before the start marker."""

    @property
    def inner(self) -> range:
        """1-based lines strictly between the markers; may be empty."""
        return range(self.start + 1, self.end)


@dataclass(frozen=True, slots=True)
class Heading:
    """The comment that makes a cell a stub."""

    name: str
    """The function's or class's name."""
    noun: str
    """What it says that this is: "function" or "class"."""
    optional: bool
    """True for `# OPTIONAL`."""
    place: Place
    """Where it stands."""


def find_regions(source: SourceText) -> tuple[Region, ...]:
    """Find the regions of a module or cell, in order.

    Raises:
        AuthorError: M101 a marker misspelt, M102 never closed, M103 nested, M104 closed but never opened.
    """
    regions: list[Region] = []
    opened: tuple[int, str] | None = None
    for number, line in enumerate(source.lines, 1):
        column = len(line) - len(line.lstrip())
        match = _MARKER.fullmatch(line)
        if match is None:
            if _LIKE_MARKER.fullmatch(line):
                wanted = _START if "start" in line.lower() else _END
                what = "This looks like a marker, but is not spelt as one."
                raise source.at(number, column).error("M101", what, f"Write exactly `{wanted}`.")
            continue
        if match[1] == "START":
            if opened is not None:
                what = f"A region starts here, but the one of line {opened[0]} is still open."
                raise source.at(number, column).error("M103", what, f"Write `{_END}` before this line.")
            opened = (number, line[:column])
        elif opened is None:
            what = "A region ends here, but none was started."
            raise source.at(number, column).error("M104", what, f"Write `{_START}` before the student's lines.")
        else:
            regions.append(Region(opened[0], number, opened[1]))
            opened = None
    if opened is not None:
        place = source.at(opened[0], len(opened[1]))
        raise place.error("M102", "This region is never closed.", f"Write `{_END}` after the student's last line.")
    return tuple(regions)


def find_headings(source: SourceText) -> tuple[Heading, ...]:
    """Find the headings of a cell, in order.

    Raises:
        AuthorError: M105 a heading misspelt.
    """
    headings: list[Heading] = []
    for number, line in enumerate(source.lines, 1):
        match = _HEADING.fullmatch(line)
        if match is not None:
            headings.append(Heading(match["name"], match["noun"].lower(), match["kind"] == "OPTIONAL", source.at(number)))
        elif _LIKE_HEADING.fullmatch(line):
            remedy = "Write exactly `# GRADED FUNCTION: name` or `# OPTIONAL FUNCTION: name`; for a class, `CLASS`."
            raise source.at(number).error("M105", "This looks like a heading, but is not spelt as one.", remedy)
    return tuple(headings)
