"""Lines that stand only between the solution's markers, and whether a release gives one of them away.

A line is compared by its tokens: white space and comments do not matter. It counts as public when it also stands
outside the markers, in the solution or in a stub's cell. Too little to give anything away: lines with fewer than two
names (`)`, `else:`, `total = 0`, `caches = []`), imports, and a bare `return` of names.

Two ways of finding it, by how telling the line is:
- with three names or more and 14 characters or more: anywhere in any text of the release, prose and comments included;
- else (`a_next = a0`): only as a whole line, a whole comment, or a whole `code span`.
"""

from __future__ import annotations

import contextlib
import io
import json
import keyword
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.authoring.sources import Place
from autograder.authoring.stubs import Definition, given_lines

__all__ = ["SecretLine", "refuse_leaks", "secret_lines"]

_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_SPAN = re.compile(r"(`+)(.+?)\1")
_BARE = re.compile(r"^(?:[\s#>*\-+$]|\d+\.\s|In \[\d*\]:)+|\s+$")  # what may stand before code in prose and comments


@dataclass(frozen=True, slots=True)
class SecretLine:
    """A line of the solution that students must not read."""

    tokens: tuple[str, ...]
    """Its tokens without comments."""
    place: Place
    """Where it stands in the solution."""
    names: int
    """How many names it has, keywords left out."""

    @property
    def key(self) -> str:
        """The line without any white space."""
        return _squeezed("".join(self.tokens))

    @property
    def telling(self) -> bool:
        """Whether even a part of a sentence that holds it gives it away."""
        return self.names >= 3 and len(self.key) >= 14


def secret_lines(references: Iterable[Definition], stubs: Iterable[Definition]) -> tuple[SecretLine, ...]:
    """List the lines that stand only between the solution's markers, each once, in order."""
    references = tuple(references)
    inner: dict[str, SecretLine] = {}
    # One module holds all references: a line is public only when it is outside the regions of every one of them.
    hidden = {n for reference in references for region in reference.regions for n in region.inner}
    source = references[0].source
    public = {_key(line) for n, line in enumerate(source.lines, 1) if n not in hidden}
    public |= {_key(line) for stub in stubs for line in given_lines(stub)}
    for number in sorted(hidden):
        line = source.lines[number - 1]
        tokens = _tokens(line)
        names = [t for t in tokens if t.isidentifier() and not keyword.iskeyword(t)]
        secret = SecretLine(tokens, source.at(number, len(line) - len(line.lstrip())), len(names))
        trivial = len(names) < 2 or tokens[0] in ("import", "from") or (tokens[0] == "return" and "(" not in tokens)
        if not trivial and secret.key not in public:
            inner.setdefault(secret.key, secret)
    return tuple(inner.values())


def refuse_leaks(secrets: Iterable[SecretLine], release: Mapping[str, bytes]) -> None:
    """See that no file of a release holds a secret line.

    Args:
        secrets: From `secret_lines`.
        release: Path → content. Notebooks are searched in every string they hold; other files as text.

    Raises:
        AuthorError: M601; names the file, the place in it, and the solution's line.
    """
    secrets = tuple(secrets)
    for path, data in release.items():
        for where, text in _texts(path, data):
            for secret, line in _found(secrets, text):
                at = f"{path}{where}, line {line}"
                what = f"This line stands only in the solution, and the release would show it ({at})."
                remedy = "Change it there; or, if students may have it, put it outside the markers, here and in the stub."
                raise secret.place.error("M601", what, remedy)


def _found(secrets: Iterable[SecretLine], text: str) -> Iterator[tuple[SecretLine, int]]:
    squeezed = _squeezed(text)
    whole: dict[str, int] | None = None
    for secret in secrets:
        if secret.key not in squeezed:
            continue
        if secret.telling:
            match = _pattern(secret.tokens).search(text)
            if match is not None:
                yield secret, text.count("\n", 0, match.start()) + 1
                continue
        if whole is None:
            whole = _whole_lines(text)
        if secret.key in whole:
            yield secret, whole[secret.key]


def _whole_lines(text: str) -> dict[str, int]:
    """Return what stands alone on a line, in a comment or in a code span → its first 1-based line."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        bare = _BARE.sub("", line)
        before, _, comment = line.partition("#")
        for piece in (line, bare, before, _BARE.sub("", comment), *(m[2] for m in _SPAN.finditer(line))):
            found.setdefault(_key(piece), number)
    return found


def _pattern(tokens: tuple[str, ...]) -> re.Pattern[str]:
    """Match the tokens with any blanks between them, not as a part of a longer name."""
    body = r"[ \t]*".join(re.escape(token) for token in tokens)
    return re.compile(rf"(?<![\w.]){body}(?!\w)" if tokens[-1][-1:].isalnum() else rf"(?<![\w.]){body}")


def _texts(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield each text of a file, and words that say where in the file it stands."""
    if PurePosixPath(path).suffix == ".ipynb":
        document = json.loads(data)
        for number, cell in enumerate(document["cells"], 1):
            yield f", cell {number}", "".join(cell["source"])
            yield f", cell {number}", "\n".join(_strings({k: v for k, v in cell.items() if k != "source"}))
        yield ", metadata", "\n".join(_strings(document["metadata"]))
        return
    try:
        yield "", data.decode()
    except UnicodeDecodeError:
        yield "", data.decode("latin-1")  # maps every byte, so ASCII text in a binary file is still found


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *_strings(item))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _key(line: str) -> str:
    return _squeezed("".join(_tokens(line)))


def _tokens(line: str) -> tuple[str, ...]:
    """Split a physical line into tokens; what the tokenizer cannot read is one token."""
    text = line.strip()
    tokens: list[str] = []
    # An open bracket or string ends in an error: the statement goes on in the next line.
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type not in _SKIPPED:
                tokens.append(token.string)  # noqa: PERF401 - what was read before the error counts
    read = _squeezed("".join(tokens))
    plain = _squeezed(text)
    # Lines with an unfinished string come back in part.
    return tuple(tokens) if plain.startswith(read) and (read == plain or "#" in plain[len(read) :][:1]) else (text,)


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t\r\f\v]+", "", text)
