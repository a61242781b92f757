"""Typed values out of a YAML tree: a wrong type, unknown key or impossible number is an `AuthorError` with its line."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from autograder.config.yaml_places import Entries, Items, Text, Value, nearest
from autograder.errors import AuthorError

__all__ = ["Section", "fault", "number", "plain_text", "words"]

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,9})?")
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([A-Za-z]+)")
# Binary and decimal prefixes of IEC 80000-13.
_UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_LONGEST_S = 24 * 3600
_LARGEST_BYTES = 1 << 40


def fault(shown: str, value: Value, what: str, remedy: str = "") -> AuthorError:
    """Make the error for a value: names file, line and key path."""
    where = f"`{value.path}`: " if value.path else ""
    return AuthorError(where + what, file=shown, line=value.line, remedy=remedy)


def plain_text(shown: str, value: Text) -> str:
    """Return a text for people: one line, printable, not empty, at most 200 characters."""
    text = value.text.strip()
    if not text or not text.isprintable() or len(text) > 200:
        raise fault(shown, value, "This must be one line of 1 to 200 printable characters.")
    return text


def words(shown: str, value: Text, allowed: str, pattern: str) -> str:
    """Return a text that matches `pattern` as a whole; `allowed` says in words what may stand in it."""
    if not re.fullmatch(pattern, value.text):
        raise fault(shown, value, f"`{_cut(value.text)}` is not a name we can use.", f"Use {allowed}, and start with a letter.")
    return value.text


def number(shown: str, value: Value, *, whole: bool = False, least: int = 0, most: int = 10**9) -> Fraction:
    """Return an exact number, so that 0.1 + 0.2 is 0.3."""
    kind = "a whole number" if whole else "a number"
    if not isinstance(value, Text) or not value.plain or not _NUMBER.fullmatch(value.text):
        shape = f"`{_cut(value.text)}`" if isinstance(value, Text) else "a list" if isinstance(value, Items) else "a mapping"
        quoted = " in quotes" if isinstance(value, Text) and not value.plain else ""
        raise fault(
            shown,
            value,
            f"This must be {kind}, not {shape}{quoted}.",
            "Write digits, e.g. `20` or `2.5`." if not whole else "Write digits, e.g. `20`.",
        )
    result = Fraction(value.text)
    if whole and result.denominator != 1:
        raise fault(shown, value, f"This must be a whole number, not {value.text}.")
    if not least <= result <= most:
        bound = f"at least {least}" if result < least else f"at most {most}"
        raise fault(shown, value, f"This must be {bound}, not {value.text}.")
    return result


class Section:
    """One mapping of the config whose keys are known beforehand.

    Args:
        entries: The mapping.
        shown: How messages name the file.
        required: Keys that must be there.
        optional: Keys that may be there.
        hints: Key → what to say when it stands here though it may not.

    Raises:
        AuthorError: A key is unknown, or a required one is missing.
    """

    def __init__(
        self,
        entries: Entries,
        shown: str,
        *,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
        hints: Mapping[str, str] | None = None,
    ) -> None:
        self._entries = entries
        self._shown = shown
        required = tuple(required)
        known = (*required, *optional)
        for key, line in entries.lines.items():
            if key not in known:
                path = entries.entries[key].path
                hint = (hints or {}).get(key) or f"Valid keys here: {', '.join(known)}."
                raise AuthorError(f"The key `{_cut(path)}` is unknown.{nearest(key, known)}", file=shown, line=line, remedy=hint)
        for key in required:
            if key not in entries.entries:
                path = f"{entries.path}.{key}" if entries.path else key
                raise AuthorError(f"The key `{path}` is missing.", file=shown, line=entries.line, remedy=f"Add `{key}: ...`.")

    def __contains__(self, key: str) -> bool:
        return key in self._entries.entries

    def __getitem__(self, key: str) -> Value:
        return self._entries.entries[key]

    def text(self, key: str) -> Text:
        """Return a text that is not empty."""
        return self._as_text(self[key])

    def get_text(self, key: str) -> Text | None:
        """Return a text, or None when the key is not there."""
        return self.text(key) if key in self else None

    def get_texts(self, key: str) -> tuple[Text, ...]:
        """Return a list of texts; empty when the key is not there."""
        return tuple(self._as_text(item) for item in self._items(key))

    def section(self, key: str) -> Entries:
        """Return a mapping."""
        return self._as_entries(self[key])

    def sections(self, key: str) -> tuple[Entries, ...]:
        """Return a list of mappings; empty when the key is not there."""
        return tuple(self._as_entries(item) for item in self._items(key))

    def choice(self, key: str, choices: type[enum.StrEnum], default: str) -> str:
        """Return one of an enumeration's words. `off` is a word here, whatever YAML 1.1 makes of it."""
        if key not in self:
            return default
        value = self[key]
        valid = [str(c) for c in choices]
        if not isinstance(value, Text) or value.text not in valid:
            given = f"`{_cut(value.text)}`" if isinstance(value, Text) else "a list" if isinstance(value, Items) else "a mapping"
            close = nearest(value.text, valid) if isinstance(value, Text) else ""
            raise fault(self._shown, value, f"{given} is not one of its values.{close}", f"Valid values: {', '.join(valid)}.")
        return value.text

    def seconds(self, key: str, default: float) -> float:
        """Return a time: more than nothing, at most a day."""
        if key not in self:
            return default
        given = number(self._shown, self[key], most=_LONGEST_S)
        if given == 0:
            raise fault(self._shown, self[key], "A limit of 0 seconds lets nothing run.")
        return float(given)

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        return int(number(self._shown, self[key], whole=True, least=least, most=most)) if key in self else default

    def size(self, key: str, default: int, *, least: int) -> int:
        """Return bytes, written with a unit: `512 MiB`, `1.5 GiB`."""
        if key not in self:
            return default
        value = self[key]
        match = _SIZE.fullmatch(value.text) if isinstance(value, Text) else None
        if match is None:
            raise fault(self._shown, value, "This must be a size with its unit.", "Write e.g. `512 MiB` or `1 GiB`.")
        unit = match[2]
        if unit not in _UNITS:
            raise fault(
                self._shown,
                value,
                f"The unit `{_cut(unit)}` is unknown.{nearest(unit, _UNITS)}",
                f"Valid units: {', '.join(_UNITS)}.",
            )
        size = int(Fraction(match[1]) * _UNITS[unit])
        if not least <= size <= _LARGEST_BYTES:
            bound = f"at least {least >> 10} KiB" if size < least else "at most 1024 GiB"
            raise fault(self._shown, value, f"This must be {bound}.")
        return size

    def _items(self, key: str) -> tuple[Value, ...]:
        if key not in self:
            return ()
        value = self[key]
        if not isinstance(value, Items):
            raise fault(self._shown, value, "This must be a list.", "Write one item a line, each after `- `, or `[a, b]`.")
        return value.items

    def _as_text(self, value: Value) -> Text:
        if not isinstance(value, Text):
            given = "a list" if isinstance(value, Items) else "a mapping"
            raise fault(self._shown, value, f"This must be a text, not {given}.")
        if not value.text.strip():
            raise fault(self._shown, value, "This must be a text, and nothing stands here.")
        if value.plain and not value.textual:
            raise fault(
                self._shown,
                value,
                f"YAML reads `{_cut(value.text)}` as something other than a text.",
                "Put it in quotes.",
            )
        return value

    def _as_entries(self, value: Value) -> Entries:
        if not isinstance(value, Entries):
            given = "a list" if isinstance(value, Items) else f"`{_cut(value.text)}`"
            raise fault(self._shown, value, f"This must be `key: value` lines, not {given}.")
        return value


def _cut(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 60 else shown[:57] + "..."
