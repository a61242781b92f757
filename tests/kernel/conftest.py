"""A real zygote for all tests of this folder, a scratch folder for each, and a way to run cells there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.grading.scratch import Scratch
from autograder.kernel.zygote import Zygote
from autograder.model import Sandbox


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote(("numpy",), Sandbox.BEST)
    yield zygote
    zygote.close()


@pytest.fixture
def scratch(zygote: Zygote) -> Iterator[Scratch]:
    scratch = Scratch({"rnn_utils.py": b"def sigmoid(x):\n    return 'the bundle\\'s'\n"}, zygote.home)
    yield scratch
    scratch.close()
