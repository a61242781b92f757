"""A real browser for tests of pages: Chromium, without a window.

Where there is none and we are root on a machine with apt, it is installed; else the tests that need it fail and say so. None is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

__all__ = ["browser", "chromium"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It asks nobody for anything by itself."""
_REMEDY = "Install it (on Debian and Ubuntu: apt install chromium), or run: playwright install chromium"


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    found = _installed()
    why = "we are not root, so it cannot be installed here."
    if found is None and os.geteuid() == 0:
        why = _install()
        found = _installed()
    if found is None:
        pytest.fail(f"These tests need a browser, and there is no Chromium: {why}\n{_REMEDY}", pytrace=False)
    return found


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A running browser with an empty profile; no longer than a module, since its event loop would be in the way of others'."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield running
        running.close()


def _installed() -> Path | None:
    for name in _NAMES:
        if path := shutil.which(name):
            return Path(path)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


def _install() -> str:
    """Install it with apt; why it is not there afterwards, as a sentence."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get to install it with."
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "chromium"]):
        try:
            done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            return f"apt-get {command[0]} took longer than ten minutes."
        if done.returncode != 0 and command[0] == "install":
            return f"apt-get could not install it: {(done.stderr or done.stdout).strip()[-400:]}"
    return "apt-get installed it, and it is not on the path."
