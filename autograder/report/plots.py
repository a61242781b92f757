"""Plots as numbers: where the bars of a histogram stand. The template draws them, as SVG within the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.printable import number

__all__ = ["Bar", "Histogram", "histogram"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; lengths in the plot's own units."""

    x: float
    """Its left edge."""
    y: float
    """Its top; 0 is the top of the plot."""
    width: float
    """Its width, without the gap to the next."""
    height: float
    """Its height; 0 where nobody is."""
    count: int
    """How many it stands for."""
    words: str
    """What it stands for: `80 to 85`."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """A histogram, bars from left to right."""

    width: float
    """Of the plot."""
    height: float
    """Of the plot, without what is written around it."""
    bars: tuple[Bar, ...]
    """Every bin, the empty ones too."""
    ticks: tuple[tuple[float, str], ...]
    """Where numbers stand below, and which."""


def histogram(values: Sequence[Fraction], top: Fraction, *, bins: int, width: float, height: float, gap: float) -> Histogram:
    """Return the histogram of `values` from 0 to `top`, or further where values are.

    A value on an edge is in the bin above it, and the greatest in the last one. What is below 0 is in the first.
    """
    end = max([top, *values]) or Fraction(1)
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int(value * bins / end)))] += 1
    most = max(counts) or 1
    step = width / bins
    bars = []
    for i, count in enumerate(counts):
        tall = max(count / most * height, 1.0) if count else 0.0  # a single person can be seen
        words = f"{_short(end * i / bins)} to {_short(end * (i + 1) / bins)}"
        bars.append(Bar(round(i * step + gap / 2, 2), round(height - tall, 2), round(step - gap, 2), round(tall, 2), count, words))
    ticks = tuple((round(width * quarter / 4, 2), _short(end * quarter / 4)) for quarter in range(5))
    return Histogram(width, height, tuple(bars), ticks)


def _short(points: Fraction) -> str:
    return str(number(Fraction(round(points * 100), 100)))
