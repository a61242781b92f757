"""YAML in which every value knows its line, read strictly: what a config file needs and not a construct more.

Refused, each with file and line: text that is not UTF-8, a key given twice, anchors and aliases (a few lines of them
can stand for gigabytes), tags (`!!python/...`), merge keys, several documents, and nesting deeper than any config has.
Scalars stay text: what `off`, `1_000` or `12:30` mean is decided by whoever asks for the value, not by YAML 1.1.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from autograder.errors import AuthorError

__all__ = ["Entries", "Items", "Text", "Value", "nearest", "read_yaml"]

_LARGEST_BYTES = 256 * 1024  # a config of a hundred questions has about 10 kB
_DEEPEST = 12  # ours needs four levels


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar."""

    path: str
    """Keys that lead here, list items counted from 1: `questions[2].points`."""
    line: int
    """1-based."""
    text: str
    """As written, quotes removed; may be empty."""
    plain: bool
    """True when it stood without quotes, so that it may mean a number."""
    textual: bool
    """False when YAML would read the plain text as a number, a truth value, a date or nothing."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    path: str
    """As in `Text`."""
    line: int
    """1-based line of the first item."""
    items: tuple[Value, ...]
    """May be empty."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping."""

    path: str
    """As in `Text`; empty for the whole document."""
    line: int
    """1-based line of the first key."""
    entries: Mapping[str, Value]
    """In the file's order."""
    lines: Mapping[str, int]
    """Key → its 1-based line."""


Value = Text | Items | Entries
"""One node of the document."""


def read_yaml(path: Path, shown: str) -> Entries:
    """Read a file that holds one mapping.

    Args:
        path: The file.
        shown: How messages name it.

    Raises:
        AuthorError: The file is missing, unreadable, not UTF-8, or not the kind of YAML described at the top.
    """
    text = _decode(path, shown)
    try:
        _refuse_dangerous(text, shown)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise AuthorError(
            f"This is not valid YAML: {_one_line(error.problem or error.context or 'it cannot be read')}.",
            file=shown,
            line=mark.line + 1 if mark else None,
            remedy="Look at the indentation, colons and quotes of this line and the one before it.",
        ) from error
    except yaml.YAMLError as error:
        raise AuthorError(f"This is not valid YAML: {_one_line(str(error))}.", file=shown, remedy="Save it as plain UTF-8 text.") from error
    if not isinstance(node, yaml.MappingNode):
        raise AuthorError("The file must hold `key: value` lines.", file=shown, line=1, remedy="Start with `format: 1`.")
    value = _convert(node, "", shown)
    assert isinstance(value, Entries)
    return value


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return " Did you mean `x`?" for the most similar valid word, or an empty text."""
    words = list(valid)
    close = difflib.get_close_matches(word.lower(), [w.lower() for w in words], n=1, cutoff=0.6)
    return next((f" Did you mean `{w}`?" for w in words if close and w.lower() == close[0]), "")


def _decode(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise AuthorError(
            "There is no such file.", file=shown, remedy="`autograder new DIR` makes a course folder to start from."
        ) from error
    except OSError as error:
        raise AuthorError(f"The file cannot be read: {error.strerror}.", file=shown) from error
    if len(data) > _LARGEST_BYTES:
        raise AuthorError(f"The file is larger than {_LARGEST_BYTES // 1024} KiB, so it is no config.", file=shown)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AuthorError(
            "The file is not UTF-8 text.",
            file=shown,
            line=data.count(b"\n", 0, error.start) + 1,
            remedy="Save it as UTF-8 in your editor.",
        ) from error


def _refuse_dangerous(text: str, shown: str) -> None:
    """Look at the events, which cost linear time, before any tree is built."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise AuthorError(
                "Anchors and aliases (`&x`, `*x`) are not used here.",
                file=shown,
                line=line,
                remedy="Write the value out, or put quotes around it.",
            )
        if tag := getattr(event, "tag", None):
            raise AuthorError(
                f"Tags (`{tag}`) are not used here.",
                file=shown,
                line=line,
                remedy="Remove it, or put quotes around the value.",
            )
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise AuthorError("A second document starts here.", file=shown, line=line, remedy="Remove the `---`.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise AuthorError("The nesting is deeper than any key here needs.", file=shown, line=line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _convert(node: yaml.Node, path: str, shown: str) -> Value:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Text(path, line, node.value, plain=node.style is None, textual=node.tag == "tag:yaml.org,2002:str")
    if isinstance(node, yaml.SequenceNode):
        return Items(path, line, tuple(_convert(n, f"{path}[{i}]", shown) for i, n in enumerate(node.value, 1)))
    assert isinstance(node, yaml.MappingNode)
    entries: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise AuthorError("A key must be a single word.", file=shown, line=key_line)
        key = key_node.value
        if key in entries:
            raise AuthorError(
                f"The key `{_joined(path, key)}` is given twice; it stands in line {lines[key]} already.",
                file=shown,
                line=key_line,
                remedy="Keep one of them.",
            )
        entries[key] = _convert(value_node, _joined(path, key), shown)
        lines[key] = key_line
    return Entries(path, line, entries, lines)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
