"""Random generators as plain data, on the trusted side: known ones by name, and a state that is looked at before it is set.

A student's function that draws from a test's generator moves it on, and the test's own has to follow. But the state that comes back may be
made up, so that the test's next numbers would be of the student's choosing. So the test's own is drawn from until it stands where its copy
stands now: it only ever gets where drawing leads. The student's side of it is `autograder/inside/generators.py`.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["KINDS", "TYPES", "Seeds", "follow", "rebuild", "reduce"]

KINDS = ("generator", "random state", "random")
"""What they are called."""
TYPES = (np.random.Generator, np.random.RandomState, random.Random)
_FIRST_CHUNK, _CHUNK = 1 << 8, 1 << 16
_MOST_DRAWN = 1 << 23
"""Words of 32 or 64 bits that a generator is followed over."""
_MOST_DRAWN_FROM_GLOBALS = 1 << 22
_MOST_DRAWN_BY_TESTS = 1 << 17
_SIGNATURE = 8
"""Words in a row that are like no others."""
_HALF = 1 << 32
_TWO_WORDS = 1 << 128
_MT_KEYS = 624
_MT_BYTES = 4 * _MT_KEYS + 4
"""Of numpy's `mt19937_state`: its keys and the position in them (numpy 2.4, `mt19937.h`)."""
_PHILOX_WORDS = 4
_BIT_GENERATORS: dict[str, dict[str, Any]] = {
    "PCG64": {"state": _TWO_WORDS, "inc": _TWO_WORDS},
    "PCG64DXSM": {"state": _TWO_WORDS, "inc": _TWO_WORDS},
    "MT19937": {"key": ("uint32", _MT_KEYS), "pos": _MT_KEYS + 1},
    "Philox": {"counter": ("uint64", 4), "key": ("uint64", 2)},
    "SFC64": {"state": ("uint64", 4)},
}
"""numpy's bit generators (numpy 2.4, `BitGenerator.state`) → what their states are made of: numbers below a bound, or arrays.

numpy itself takes any position in a buffer, and reads from there.
"""
_BUFFERED = {"has_uint32": 2, "uinteger": _HALF}
_MORE = {
    "MT19937": {},
    "Philox": {"buffer": ("uint64", _PHILOX_WORDS), "buffer_pos": _PHILOX_WORDS + 1, **_BUFFERED},
}


def reduce(value: Any, kind: type) -> tuple[str, Any] | None:
    """A generator as its kind's name and plain data; None of what is none, or not known."""
    if kind is np.random.Generator:
        state = value.bit_generator.state
        known = type(value.bit_generator) is getattr(np.random, str(state["bit_generator"]), None)
        return ("generator", state) if known and state["bit_generator"] in _BIT_GENERATORS else None
    if kind is np.random.RandomState:
        state = value.get_state(legacy=False)
        return ("random state", state) if state["bit_generator"] == "MT19937" else None
    if kind is random.Random:
        _version, numbers, half = value.getstate()
        return "random", (np.array(numbers[:-1], "uint32"), numbers[-1], half)
    return None


def rebuild(kind: str, plain: Any) -> Any:
    """The generator.

    Raises:
        ValueError, TypeError, LookupError: there is none with such a state.
    """
    if kind == "random":
        key, position, half = plain
        _check({"key": key, "pos": position}, _BIT_GENERATORS["MT19937"])
        made = random.Random()  # noqa: S311 - as the tests have it
        made.setstate((3, (*key.tolist(), position), _real_or_none(half)))
        return made
    name = plain["bit_generator"]
    rest = {part: value for part, value in plain.items() if part not in ("bit_generator", "state")}
    _check(plain["state"], _BIT_GENERATORS[name])
    if kind == "generator":
        _check(rest, _MORE.get(name, _BUFFERED))
        bits = getattr(np.random, name)(0)
        bits.state = plain
        return np.random.Generator(bits)
    _check({"has_gauss": rest.pop("has_gauss")}, {"has_gauss": 2})
    if name != "MT19937" or rest.keys() != {"gauss"} or _real_or_none(rest["gauss"]) is None:
        raise ValueError("a state of another kind")
    legacy = np.random.RandomState(0)
    legacy.set_state(plain)
    return legacy


def _check(parts: Any, known: dict[str, Any]) -> None:
    if type(parts) is not dict or parts.keys() != known.keys():
        raise ValueError("a state of another kind")
    for name, most in known.items():
        part = parts[name]
        if type(most) is int:
            fits = type(part) is int and 0 <= part < most
        else:
            fits = type(part) is np.ndarray and (part.dtype.name, *part.shape) == most
        if not fits:
            raise ValueError("a state that no generator has")


def _real_or_none(value: Any) -> float | None:
    if value is not None and type(value) is not float:
        raise ValueError("a state that no generator has")
    return value


def follow(ours: Any, theirs: Any, most: int = _MOST_DRAWN) -> None:
    """Move a generator of ours to where its copy is now.

    Raises:
        ValueError: it does not get there by drawing.
    """
    bits, kept = _bits(ours)
    target, half = _bits(theirs)
    if type(bits) is not type(target) or type(ours) is not type(theirs):
        raise ValueError("another generator")
    wanted = target.random_raw(_SIGNATURE)
    seen = half is None or half == kept
    for start, words in _stream(copy.deepcopy(bits), most):
        firsts = np.flatnonzero(words[:-_SIGNATURE] == wanted[0]).tolist()
        hits = [at for at in firsts if np.array_equal(words[at : at + _SIGNATURE], wanted)]
        seen = seen or _may_hold(half, words[: hits[0] if hits else None], ours)
        if hits and seen:
            bits.random_raw(start + hits[0], output=False)
            _set(ours, bits, half)
            return
        if hits:
            break
    raise ValueError("a state that drawing does not lead to")


def _bits(value: Any) -> tuple[Any, Any]:
    """A copy of what a generator draws words from, and the part of a draw that it keeps for the next one."""
    if isinstance(value, np.random.Generator):
        state = value.bit_generator.state
        half = state["uinteger"] if state.get("has_uint32") else None
        bits: Any = type(value.bit_generator)(0)
        bits.state = {**state, "has_uint32": 0, "uinteger": 0} if "uinteger" in state else state
        return bits, half
    bits = np.random.MT19937(0)
    if isinstance(value, np.random.RandomState):
        legacy: Any = value.get_state(legacy=False)
        bits.state = {part: legacy[part] for part in ("bit_generator", "state")}
        return bits, legacy["gauss"] if legacy["has_gauss"] else None
    _version, numbers, half = value.getstate()
    bits.state = {"bit_generator": "MT19937", "state": {"key": np.array(numbers[:-1], "uint32"), "pos": numbers[-1]}}
    return bits, half


def _stream(bits: Any, most: int) -> Iterator[tuple[int, Any]]:
    """Where a chunk of words begins, and the chunk with the first words of the next. Chunks grow: mostly little was drawn."""
    start, size = 0, _FIRST_CHUNK
    words = bits.random_raw(size + _SIGNATURE)
    while start < most:
        yield start, words
        start, size = start + size, min(4 * size, _CHUNK)
        words = np.concatenate((words[-_SIGNATURE:], bits.random_raw(size)))


def _may_hold(half: Any, words: Any, ours: Any) -> bool:
    """Whether what is kept for the next draw may be of a draw of these words."""
    if isinstance(ours, np.random.Generator):
        return bool(np.any(words >> np.uint64(32) == half))
    high, low = words[:-1] >> np.uint64(5), words[1:] >> np.uint64(6)
    reals = (high * 67108864.0 + low) / 9007199254740992.0  # `random()` of a Mersenne twister
    one, other = reals[:-2], reals[2:]
    with np.errstate(all="ignore"):
        if isinstance(ours, np.random.RandomState):  # numpy 2.4, `legacy_gauss`
            x, y = 2 * one - 1, 2 * other - 1
            square = x * x + y * y
            kept = np.sqrt(-2 * np.log(square) / square) * x
        else:  # Python 3.11, `Random.gauss`
            kept = np.sin(one * 2 * np.pi) * np.sqrt(-2 * np.log(1 - other))
        return bool(np.any(np.isclose(kept, half, rtol=1e-12, atol=0)))


def _set(value: Any, bits: Any, half: Any) -> None:
    state = bits.state
    if isinstance(value, np.random.Generator):
        value.bit_generator.state = {**state, "has_uint32": 1, "uinteger": half} if half is not None else state
    elif isinstance(value, np.random.RandomState):
        value.set_state({**state, "has_gauss": int(half is not None), "gauss": half or 0.0})
    else:
        value.setstate((3, (*state["state"]["key"].tolist(), state["state"]["pos"]), half))


class Seeds:
    """The tests' global generators, numpy's and Python's: to be those of the student's functions, too, once a test has seeded them."""

    def __init__(self) -> None:
        self._then = _global_data()
        self._seen = _fingerprint()

    def news(self) -> tuple[np.random.RandomState | None, random.Random | None] | None:
        """Where they are now, each None when it was only drawn from since the last time; None when neither was seeded."""
        if (seen := _fingerprint()) == self._seen:
            return None
        now = _global_data()
        (old_legacy, old_plain), (legacy, plain) = _standing(*self._then), _standing(*now)
        told = legacy if _seeded_anew(old_legacy, legacy) else None, plain if _seeded_anew(old_plain, plain) else None
        self._then, self._seen = now, seen
        return told if told != (None, None) else None

    def follow(self, legacy: Any, plain: Any) -> None:
        """Draw from them as the student's functions have from theirs, which are said to be here now, if that is where drawing leads."""
        ours = _standing(*_global_data())
        for mine, theirs in zip(ours, (legacy, plain), strict=True):
            with contextlib.suppress(ValueError):
                follow(mine, theirs, _MOST_DRAWN_FROM_GLOBALS)
        if type(_global_bits()) is np.random.MT19937:
            np.random.set_state(ours[0].get_state(legacy=False))  # noqa: NPY002
        random.setstate(ours[1].getstate())
        self._then, self._seen = _global_data(), _fingerprint()


def _global_bits() -> Any:
    module: Any = np.random  # numpy's stubs do not have it
    return module.get_bit_generator()


def _fingerprint() -> tuple[Any, ...]:
    """What changes when one of them is seeded or drawn from: looked at before every call, so without taking numpy's state apart."""
    bits = _global_bits()
    ours = ctypes.string_at(bits.ctypes.state_address, _MT_BYTES) if type(bits) is np.random.MT19937 else b""
    return ours, random.getstate()


def _global_data() -> tuple[Any, Any]:
    """The states of numpy's global generator (None where a test has put one of another kind there) and of Python's, as they are now."""
    legacy = np.random.get_state(legacy=False) if type(_global_bits()) is np.random.MT19937 else None  # noqa: NPY002
    return legacy, random.getstate()


def _standing(legacy_state: Any, plain_state: Any) -> tuple[np.random.RandomState, random.Random]:
    """Generators of our own that stand there: made only when somebody seeds or draws, for that takes longer than most cases."""
    legacy, plain = np.random.RandomState(0), random.Random()  # noqa: S311 - as the tests have it
    if legacy_state is not None:
        legacy.set_state(legacy_state)
    plain.setstate(plain_state)
    return legacy, plain


def _seeded_anew(before: Any, now: Any) -> bool:
    """Whether a generator stands where drawing from it would not have led."""
    try:
        follow(copy.deepcopy(before), now, _MOST_DRAWN_BY_TESTS)
    except ValueError:
        return True
    return False
