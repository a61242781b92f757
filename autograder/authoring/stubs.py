"""Stubs in the notebook and their references in the solution: found by name, compared, the one put into the other."""

from __future__ import annotations

import ast
import io
import itertools
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.authoring.markers import Region, find_headings, find_regions
from autograder.authoring.notebook import Cell, CourseNotebook, python_of
from autograder.authoring.sources import SourceText, parsed
from autograder.config.yaml_places import nearest
from autograder.errors import AuthorError

__all__ = ["Definition", "Stub", "compare_signatures", "filled", "find_references", "find_stubs", "given_lines"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definable = _Function | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Definition:
    """A function's or class's definition with its regions."""

    name: str
    """Its name."""
    source: SourceText
    """The module or cell it stands in."""
    node: _Definable
    """Its syntax tree; lines are those of `source`."""
    regions: tuple[Region, ...]
    """In order; never empty."""

    @property
    def is_class(self) -> bool:
        """Whether it is a class: then it cannot leave the student's process."""
        return isinstance(self.node, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Stub:
    """A definition that students complete."""

    definition: Definition
    """The function or class, in its cell's text."""
    optional: bool
    """What its heading says."""
    cell: Cell
    """Where it stands."""


def find_stubs(notebook: CourseNotebook) -> dict[str, Stub]:
    """Find every stub of a notebook, by the name of its function or class.

    Raises:
        AuthorError: M1xx, or M106 markers without a heading, M107 two headings in a cell, M201 nothing of that name
            and kind in the cell, M203 one name in two cells, M202 and M208 as `_definition` has them.
    """
    stubs: dict[str, Stub] = {}
    for cell in notebook.cells:
        if cell.kind != "code":
            continue
        headings = find_headings(cell.source)
        regions = find_regions(cell.source)
        if not headings:
            if regions:
                place = cell.source.at(regions[0].start, len(regions[0].indent))
                remedy = "Make `# GRADED FUNCTION: name` the first line of this cell."
                raise place.error("M106", "There are markers here, but no heading.", remedy)
            continue
        if len(headings) > 1:
            raise headings[1].place.error("M107", "A cell holds one function or class.", "Move this one to a cell of its own.")
        heading = headings[0]
        if heading.name in stubs:
            first = stubs[heading.name].cell.number
            what = f"A stub of `{heading.name}` stands in cell {first} already."
            raise heading.place.error("M203", what, "Keep one of them.")
        tree = parsed(python_of(cell.source))
        try:
            definition = _definition(heading.name, cell.source, tree, regions, heading.noun)
        except LookupError as error:
            raise heading.place.error("M201", str(error), f"Heading and {heading.noun} must have the same name.") from error
        stubs[heading.name] = Stub(definition, heading.optional, cell)
    return stubs


def find_references(source: SourceText, names: Mapping[str, str]) -> dict[str, Definition]:
    """Find functions and classes of the solution module.

    Args:
        source: The module.
        names: Function or class → question that wants it.

    Raises:
        AuthorError: M1xx, or M204 nothing of that name, M205 markers outside everything that is wanted.
    """
    tree = parsed(source)
    regions = find_regions(source)
    references: dict[str, Definition] = {}
    for name, question in names.items():
        try:
            references[name] = _definition(name, source, tree, regions)
        except LookupError as error:
            raise AuthorError(
                f"[M204] {error} The question `{question}` grades it.",
                file=source.file,
                remedy="Write its reference there.",
            ) from error
    used = {region for reference in references.values() for region in reference.regions}
    for region in regions:
        if region not in used:
            what = "This region is in no graded function or class, so no line of it would be kept from students' files."
            place = source.at(region.start, len(region.indent))
            raise place.error("M205", what, "Remove the markers, or name it in the config.")
    return references


def compare_signatures(stub: Definition, reference: Definition) -> None:
    """See that a stub can be called as its reference is, and has as many regions.

    Of classes, the bases and the methods that are given (those outside the markers) have to be the same.

    Raises:
        AuthorError: M206 signatures differ, M207 regions differ in number.
    """
    for ours, theirs in itertools.zip_longest(_signatures(stub), _signatures(reference)):
        if ours is None or theirs is None or ours[1] != theirs[1]:
            line, told = ours or (stub.node.lineno, "")
            there, wanted = theirs or (reference.node.lineno, "")
            told = f"is `{told}`" if told else "has no such method outside the markers"
            wanted = f"has `{wanted}`" if wanted else "has no such method outside the markers"
            what = f"The stub {told}, but {reference.source.file}:{there} {wanted}."
            raise stub.source.at(line).error("M206", what, "Make them equal, names and defaults included.")
    if len(stub.regions) != len(reference.regions):
        what = (
            f"The stub of `{stub.name}` has {len(stub.regions)} region(s) for the student, its reference in "
            f"{reference.source.file}:{reference.node.lineno} has {len(reference.regions)}."
        )
        raise stub.source.at(stub.regions[0].start, len(stub.regions[0].indent)).error("M207", what, "Mark the same places in both.")


def filled(stub: Definition, reference: Definition) -> str:
    """Return the stub's cell with the reference's lines between its markers, indented as the stub's marker is."""
    theirs = reference.source.lines
    inside_strings = _string_lines(reference.source)
    result = stub.source.lines
    for ours, other in reversed(list(zip(stub.regions, reference.regions, strict=True))):
        block = [theirs[n - 1] if n in inside_strings else _reindented(theirs[n - 1], other.indent, ours.indent) for n in other.inner]
        result[ours.start : ours.end - 1] = block
    return "\n".join(result)


def given_lines(definition: Definition) -> list[str]:
    """Return the lines of its cell or module that are outside this definition's regions."""
    inner = {n for region in definition.regions for n in region.inner}
    return [line for n, line in enumerate(definition.source.lines, 1) if n not in inner]


def _definition(name: str, source: SourceText, tree: ast.Module, regions: Sequence[Region], noun: str = "") -> Definition:
    """Find a top-level function or class, or only one that is what `noun` says; LookupError with a sentence when there is none.

    Raises:
        AuthorError: M208 it is defined twice, M202 it has no region.
    """
    definable = [node for node in tree.body if isinstance(node, _Definable)]
    found = [node for node in definable if node.name == name]
    if not found:
        raise LookupError(f"There is no {noun or 'function or class'} `{name}`.{nearest(name, [node.name for node in definable])}")
    if noun and (noun == "class") != isinstance(found[0], ast.ClassDef):
        raise LookupError(f"`{name}` is no {noun}, but a {'function' if noun == 'class' else 'class'}.")
    if len(found) > 1:
        what = f"`{name}` is defined in line {found[0].lineno} already."
        raise source.at(found[1].lineno).error("M208", what, "Keep one of them.")
    node = found[0]
    # To the next statement, not to `end_lineno`: a last marker may follow the last statement.
    later = [min([n.lineno, *(d.lineno for d in getattr(n, "decorator_list", []))]) for n in tree.body]
    end = min((line for line in later if line > node.lineno), default=len(source.lines) + 1)
    own = tuple(region for region in regions if node.lineno < region.start and region.end < end)
    if not own:
        what = f"`{name}` has no place for the student's lines."
        remedy = "Put `### START CODE HERE ###` and `### END CODE HERE ###` around them."
        raise source.at(node.lineno).error("M202", what, remedy)
    return Definition(name, source, node, own)


def _signatures(definition: Definition) -> Iterator[tuple[int, str]]:
    """Yield line and signature of a definition and, of a class, of the methods in its body that are outside its regions."""
    yield definition.node.lineno, _signature(definition.node)
    if isinstance(definition.node, ast.ClassDef):
        inner = {line for region in definition.regions for line in region.inner}
        for node in definition.node.body:
            if isinstance(node, _Function) and node.lineno not in inner:
                decorators = "".join(f"@{ast.unparse(decorator)} " for decorator in node.decorator_list)
                yield node.lineno, decorators + _signature(node)


def _signature(node: _Definable) -> str:
    """Spell a signature without annotations, which change no call."""
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in (*node.bases, *node.keywords))
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            rest.annotation = None
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{kind} {node.name}({ast.unparse(arguments)})"


def _reindented(line: str, old: str, new: str) -> str:
    if not line.strip():
        return ""
    return new + line[len(old) :] if line.startswith(old) else new + line.lstrip()


def _string_lines(source: SourceText) -> set[int]:
    """Return the 1-based lines that begin inside a string: white space there is the string's own."""
    lines: set[int] = set()
    started: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            lines |= set(range(token.start[0] + 1, token.end[0] + 1))
        elif kind == "FSTRING_START":  # from Python 3.12 on f-strings come in pieces
            started.append(token.start[0])
        elif kind == "FSTRING_END":
            lines |= set(range(started.pop() + 1, token.end[0] + 1))
    return lines
