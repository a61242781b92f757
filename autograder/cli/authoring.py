"""`autograder release`, `bundle` and `new`: for who writes a course."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from autograder.cli.options import CONFIG_HELP

__all__ = ["bundle", "new", "release"]


@click.command()
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=CONFIG_HELP)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the release.  [default: dist/release in the course]")
@click.option("--no-prove", is_flag=True, help="Do not run the reference and the untouched release first.")
def release(config: Path, out: Path | None, no_prove: bool) -> None:
    """Build what students get: a folder, and a zip of it."""
    from autograder.authoring.release import build_release
    from autograder.config import load_config

    sources = load_config(config)
    made = build_release(sources, out if out is not None else sources.root / "dist" / "release", prove=not no_prove)
    click.echo(f"{click.format_filename(made.folder)}: {len(made.files)} files")
    click.echo(f"{click.format_filename(made.archive)}: sha256 {made.sha256}")


@click.command()
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=CONFIG_HELP)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The zip to write.  [default: dist/autograder.zip in the course]")
@click.option("--no-prove", is_flag=True, help="Do not run the reference and the untouched release first.")
def bundle(config: Path, out: Path | None, no_prove: bool) -> None:
    """Build what grading needs: one zip, with the hidden cases and the reference. Keep it to yourself."""
    from autograder.authoring.bundling import build_bundle
    from autograder.config import load_config

    sources = load_config(config)
    target = out if out is not None else sources.root / "dist" / "autograder.zip"
    sha256 = build_bundle(sources, target, prove=not no_prove)
    click.echo(f"{click.format_filename(target)}: sha256 {sha256}")
    if sources.assignment.demo_secret:
        click.echo(
            "Built with the published demo secret: hidden inputs can be foreseen. Before real students, put 32 random bytes "
            "into .autograder-secret beside the config, and build again.",
            err=True,
        )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="The assignment's identifier.  [default: the folder's name]")
def new(folder: Path, name: str | None) -> None:
    """Make a small course folder: two questions, one calling the other."""
    from autograder.authoring.scaffold import new_course

    for path in new_course(folder, name=name):
        click.echo(click.format_filename(path))
    command = "" if shutil.which("autograder") else f" AUTOGRADER={Path(sys.executable).with_name('autograder')}"
    click.echo(f"Now: cd {click.format_filename(folder)} && make grade{command}")
