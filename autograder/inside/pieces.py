"""Cuts what a stock kernel has printed into pieces, as it stands: JSON that is never parsed cannot become large in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["pieces"]

_PIECE = 8 << 10
"""Characters of printed text in one message, as `kernel.py` makes them."""
_STREAM = re.compile(rb'(\{"name": ?"[a-z]+", ?"text": ?")(.*)("\})', re.DOTALL)
_CHARACTERS = re.compile(rb'(?:[^"\\\x80-\xbf][\x80-\xbf]*|\\(?:u[0-9a-fA-F]{4}|[^u])){1,%d}' % _PIECE)
"""Of a string in JSON (RFC 8259, section 7), in UTF-8."""


def pieces(content: bytes) -> Iterator[bytes]:
    """A message's content; printed text, which a stock kernel gathers, in pieces of which some can be kept.

    It is cut as it stands, between characters: whatever else a student has written there is never built in memory.
    """
    stream = _STREAM.fullmatch(content) if len(content) > 2 * _PIECE else None
    if stream is None:
        yield content
        return
    before, text, after = stream.groups()
    for piece in _CHARACTERS.finditer(text):
        yield before + piece.group() + after
