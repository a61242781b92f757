"""Links in the notebook's text to files that students would not get: a figure that was forgotten shows as a broken picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote

from autograder.authoring.notebook import Cell
from autograder.config.yaml_places import nearest

__all__ = ["refuse_broken_links"]

_LINK = re.compile(
    r"\]\(\s*<(?P<angled>[^>\n]+)>"  # CommonMark 0.31, §6.3: a destination with spaces
    r"|\]\(\s*(?P<plain>[^)\s<]+)"
    r"|<(?:img|a)\b[^>]*?\b(?:src|href)\s*=\s*[\"'](?P<quoted>[^\"']+)"
)
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|#|//")  # a scheme, a place in the page, another host; and attachments


def refuse_broken_links(cells: Iterable[Cell], release: Iterable[str]) -> None:
    """See that every relative link leads to a file or folder of the release.

    Args:
        cells: Of the notebook; those of text are looked at.
        release: Paths in the release, with `/`.

    Raises:
        AuthorError: M405; names the cell, the line and the nearest path.
    """
    paths = set(release)
    known = paths | {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    for cell in cells:
        if cell.kind != "markdown":
            continue
        text = _CODE.sub(lambda match: " " * len(match[0]), cell.source.text)
        for match in _LINK.finditer(text):
            group = match.lastgroup
            assert group is not None
            target = unquote(match[group]).partition("#")[0]
            if _ELSEWHERE.match(match[group]) or str(PurePosixPath(target)) in known:
                continue
            line = text.count("\n", 0, match.start(group)) + 1
            column = match.start(group) - (text.rfind("\n", 0, match.start(group)) + 1)
            what = f"This links to `{target}`, which students would not get.{nearest(target, paths)}"
            raise cell.source.at(line, column, len(match[group])).error("M405", what, "Correct the link, or add the file to `files`.")
