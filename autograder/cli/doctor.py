"""`autograder doctor`: what confines student code here."""

from __future__ import annotations

import click

from autograder.cli.ending import FAILED, OK

__all__ = ["doctor"]


@click.command()
@click.option("--profile", type=click.Choice(["namespaces", "processes", "off"]), help="Try this one.  [default: the best that works]")
@click.pass_context
def doctor(context: click.Context, profile: str | None) -> None:
    """Say what confines student code on this machine, by trying it. Exit code 1 when something does not hold."""
    from autograder.doctor import examine
    from autograder.model import Profile

    found = examine(None if profile is None else Profile(profile))
    click.echo(found.system)
    click.echo(", ".join(f"{name} {version}" for name, version in found.packages))
    click.echo(f"profile: {found.profile}\n")
    for finding in found.findings:
        click.echo(f"{'holds  ' if finding.holds else 'MISSING'}  {finding.layer}")
        for words in finding.got_through:
            click.echo(f"         but when it was tried, {words}. Please report this.")
        if finding.layer.remedy:
            click.echo(f"         {finding.layer.remedy}")
    click.echo(f"\n{'Everything holds' if found.all_hold else 'Not everything holds'} ({found.seconds:.1f} s). See docs/confinement.md.")
    context.exit(OK if found.all_hold else FAILED)
