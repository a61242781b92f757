"""The folder that everyone can reach, of the attacks."""

from __future__ import annotations

from attacks.conftest import open_home

__all__ = ["open_home"]
