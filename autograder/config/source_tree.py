"""Where a course's files lie: paths that stay inside its folder, test files by question, and what goes to students."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from autograder.config.values import fault
from autograder.config.yaml_places import Text, nearest
from autograder.errors import AuthorError

__all__ = ["SourceTree"]

_SHORTEST_SECRET = 16  # bytes: 128 bits when they are random
_NOT_SOURCES = {"__pycache__", ".ipynb_checkpoints", "__MACOSX", "Thumbs.db"}
# What a release itself puts beside the notebook (`autograder.authoring.release`); a `requirements.txt` may be given.
_RELEASE_OWN = ("autograder_checks", "autograder_checks.py", "tests")
_MOST_FILES = 2000


class SourceTree:
    """The folder of one course.

    Args:
        root: The config's folder, resolved.
        shown: How messages name the config.
    """

    def __init__(self, root: Path, shown: str) -> None:
        self._root = root
        self._shown = shown

    def file(self, value: Text, *, suffix: str) -> Path:
        """Return an existing file with this suffix."""
        path = self._inside(value)
        if path.suffix != suffix:
            raise fault(self._shown, value, f"`{value.text}` does not end in `{suffix}`.")
        if not path.is_file():
            raise self._absent(value, "file")
        return path

    def folder(self, value: Text) -> Path:
        """Return an existing folder."""
        path = self._inside(value)
        if not path.is_dir():
            raise self._absent(value, "folder")
        if path == self._root:
            raise fault(self._shown, value, "This must be a folder below the config's own.")
        return path

    def existing(self, path: Path) -> Path | None:
        """Return a file that need not be there, or None."""
        return path if path.is_file() else None

    def secret(self, value: Text | None, default: str) -> Path | None:
        """Return the secret's file; None when the config names none and the default one is not there."""
        if value is None:
            path = self._root / default
            if path.exists() and not path.is_file():
                raise AuthorError("The secret is not a file.", file=default, remedy="Remove it, or put 32 random bytes into a file there.")
            return self.existing(path)
        path = self._inside(value)
        if not path.is_file():
            raise fault(
                self._shown,
                value,
                f"There is no file `{value.text}`.",
                "Make it (`python -c 'import secrets; print(secrets.token_hex(32))'` prints a good one), or remove the "
                "key: then a published demo secret is used, and the results say so.",
            )
        return path

    def read_secret(self, path: Path) -> bytes:
        """Return the secret without white space around it."""
        try:
            secret = path.read_bytes().strip()
        except OSError as error:
            raise AuthorError(f"The secret cannot be read: {error.strerror}.", file=self._relative(path)) from error
        if len(secret) < _SHORTEST_SECRET:
            raise AuthorError(
                f"The secret has {len(secret)} bytes, and must have {_SHORTEST_SECRET} or more.",
                file=self._relative(path),
                remedy="`python -c 'import secrets; print(secrets.token_hex(32))'` prints a good one.",
            )
        return secret

    def test_files(self, tests: Path, questions: Mapping[str, int]) -> tuple[dict[str, Path], dict[str, Path]]:
        """Pair questions with test files.

        Args:
            tests: Folder of the test files.
            questions: Question → line of its name in the config.

        Returns:
            Question → test file, and path below `tests` → data file.
        """
        found: dict[str, Path] = {}
        data: dict[str, Path] = {}
        for path in self._walk(tests):
            name = path.relative_to(tests).as_posix()
            if path.suffix == ".py" and path.parent == tests:
                found[path.stem] = path
            elif path.suffix == ".py":
                raise AuthorError(
                    "A test file must lie directly in the tests folder.",
                    file=self._relative(path),
                    remedy=f"Move it to `{self._relative(tests)}`.",
                )
            else:
                data[name] = path
        for question, line in questions.items():
            if question not in found:
                spare = [stem for stem in found if stem not in questions]
                raise AuthorError(
                    f"The question `{question}` has no test file.{nearest(question, spare)}",
                    file=self._shown,
                    line=line,
                    remedy=f"Write `{self._relative(tests)}/{question}.py`.",
                )
        for stem, path in found.items():
            if stem not in questions:
                raise AuthorError(
                    f"This test file belongs to no question.{nearest(stem, questions)}",
                    file=self._relative(path),
                    remedy=f"Add `- name: {stem}` to `questions` or `optional` in {self._shown}, or remove the file.",
                )
        return {question: found[question] for question in questions}, data

    def release_files(self, values: Iterable[Text], *, beside: Path, notebook: Path, private: Sequence[Path]) -> dict[str, Path]:
        """Resolve `files:`: files, folders and patterns with `*`.

        Args:
            values: As the config has them.
            beside: The notebook's folder; what lies below it keeps its place, other files go beside the notebook.
            notebook: The notebook itself, which needs no mention.
            private: Files and folders that students must never get.

        Returns:
            Path beside the released notebook, with `/` → file, sorted.
        """
        placed: dict[str, Path] = {}
        for value in values:
            for path, base in self._expand(value):
                self._refuse_private(value, path, private)
                if path == notebook:
                    continue
                below = path.relative_to(beside if path.is_relative_to(beside) else base).as_posix()
                top = PurePosixPath(below).parts[0].lower()
                if top in _RELEASE_OWN or below.lower() == notebook.name.lower():
                    raise fault(self._shown, value, f"`{below}` is a name the release itself uses.", "Rename the file.")
                if placed.get(below, path) != path:
                    raise fault(
                        self._shown,
                        value,
                        f"Two files would lie beside the notebook as `{below}`: "
                        f"{self._relative(placed[below])} and {self._relative(path)}.",
                        "Rename one of them.",
                    )
                placed[below] = path
        return dict(sorted(placed.items()))

    def _expand(self, value: Text) -> Iterator[tuple[Path, Path]]:
        """Yield every file that `value` stands for, and the folder its place is counted from."""
        if not glob.has_magic(value.text):
            path = self._inside(value)
            if path.is_dir():
                yield from ((file, path.parent) for file in self._walk(path))
            elif path.is_file():
                yield path, path.parent
            else:
                raise self._absent(value, "file or folder")
            return
        self._inside(value)
        try:
            found = [p for p in sorted(self._root.glob(value.text)) if p.is_file() and not self._ignored(p)]
            if re.search(r"\*\*[^/]|[^/]\*\*", value.text):
                raise ValueError(value.text)  # as Python did until 3.12; later it reads `**x` as `*x`
        except ValueError as error:
            raise fault(self._shown, value, f"`{value.text}` is no pattern we know.", "Use `*` for names.") from error
        if not found:
            raise fault(self._shown, value, f"No file matches `{value.text}`.")
        for path in found:
            self._refuse_outside(path)
            yield path, path.parent

    def _refuse_private(self, value: Text, path: Path, private: Sequence[Path]) -> None:
        for hidden in private:
            if path.resolve() == hidden.resolve() or path.is_relative_to(hidden):
                raise fault(
                    self._shown,
                    value,
                    f"`{self._relative(path)}` must never reach students.",
                    "Name only helper modules and figures.",
                )

    def _walk(self, folder: Path) -> list[Path]:
        files = []
        for path in sorted(folder.rglob("*")):
            if self._ignored(path):
                continue
            self._refuse_outside(path)
            if path.is_file():
                files.append(path)
            if len(files) > _MOST_FILES:
                raise AuthorError(f"The folder holds more than {_MOST_FILES} files.", file=self._relative(folder))
        return files

    def _ignored(self, path: Path) -> bool:
        parts = path.relative_to(self._root).parts
        return path.suffix == ".pyc" or any(p.startswith(".") or p in _NOT_SOURCES for p in parts)

    def _refuse_outside(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self._root):
            raise AuthorError(
                "This link leads out of the course's folder.",
                file=self._relative(path),
                remedy="Put a copy of the file in its place.",
            )

    def _inside(self, value: Text) -> Path:
        pure = PurePosixPath(value.text)
        if pure.is_absolute() or ".." in pure.parts or "\\" in value.text or not value.text.isprintable():
            raise fault(
                self._shown,
                value,
                f"`{value.text!s}` is no path below the config's folder.",
                "Write it relative to that folder, with `/` and without `..`.",
            )
        path = self._root / pure
        try:
            resolved = path.resolve()
            path.exists()
        except (OSError, RuntimeError) as error:  # too long a name; a link to itself
            raise fault(self._shown, value, f"`{value.text}` is no path that can be opened.") from error
        if not resolved.is_relative_to(self._root):
            raise fault(
                self._shown,
                value,
                f"`{value.text}` is a link that leads out of the config's folder.",
                "Put a copy of the file in its place.",
            )
        return path

    def _absent(self, value: Text, kind: str) -> AuthorError:
        parent = self._inside(value).parent
        siblings = []
        if parent.is_dir():
            siblings = [p.relative_to(self._root).as_posix() for p in parent.iterdir() if not self._ignored(p)]
        return fault(self._shown, value, f"There is no {kind} `{value.text}`.{nearest(value.text, siblings)}")

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()
