"""The bundle that a command grades with: which one, and the options that name it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.options import CONFIG_HELP, SomePath

if TYPE_CHECKING:  # what commands import when they run, so that --help is quick
    from autograder.bundle import Bundle

__all__ = ["NamedBundle", "options_for_bundle", "options_for_otters_bundles"]


@dataclass(frozen=True, slots=True)
class NamedBundle:
    """A bundle as a command line names it."""

    bundle: Path | None
    """The file or folder; None for the course's own, which is built."""
    config: Path
    """The course, where that is to be built."""
    solution: Path | None
    """As those below, see `autograder.opening.open_bundle`."""
    shared: tuple[str, ...]
    shared_where_needed: bool
    otter_exact: bool

    def located(self) -> Path:
        """Where it is; the course's own is built there, as `autograder bundle` does."""
        if self.bundle is not None:
            return self.bundle
        from autograder.authoring.bundling import build_bundle
        from autograder.config import load_config

        sources = load_config(self.config)
        target = sources.root / "dist" / "autograder.zip"
        build_bundle(sources, target)
        return target

    def opened(self, path: Path, folder: Path) -> Bundle:
        """Open what lies at `path`, unpacked into `folder`."""
        from autograder.opening import open_bundle

        return open_bundle(
            path,
            folder,
            solution=self.solution,
            shared=frozenset(self.shared),
            shared_where_needed=self.shared_where_needed,
            exact=self.otter_exact,
        )


def options_for_bundle(help_: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add what names a bundle; the command gets it as `named`. Needs `options_for_otters_bundles` further down.

    Args:
        help_: What the bundle is for, as a sentence.
    """
    bundle = click.option("-b", "--bundle", type=SomePath(path_type=Path), help=f"{help_} Without it, the course's own is built.")
    config = click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=CONFIG_HELP + " Not used with --bundle.")

    def added(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def with_bundle(*given: Any, **options: Any) -> None:
            named = NamedBundle(**{part.name: options.pop(part.name) for part in fields(NamedBundle)})
            command(*given, named=named, **options)

        return bundle(config(with_bundle))

    return added


def options_for_otters_bundles(command: Callable[..., None]) -> Callable[..., None]:
    """Add what only otter's bundles need: last, since few do."""
    options = (
        click.option("--solution", type=SomePath(path_type=Path), help="For otter's bundles: a .py file or notebook that is right."),
        click.option("--shared", multiple=True, metavar="QUESTION", help="For otter's bundles: run its tests beside the student's code."),
        click.option("--shared-where-needed", is_flag=True, help="The same for every question whose tests show that they need it."),
        click.option("--otter-exact", is_flag=True, help="Score as otter does also where it is plainly wrong."),
    )
    for option in reversed(options):
        command = option(command)
    return command
