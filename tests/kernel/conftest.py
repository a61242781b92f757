"""Real zygotes for all tests of this folder, one of each profile, and what lies beside the notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder.kernel.zygote import Zygote
from autograder.model import Profile, Sandbox

from .cells import Files


@pytest.fixture(scope="session")
def zygotes() -> Iterator[Callable[[Profile | None], Zygote]]:
    """The zygote of a profile (None: the best), started when it is first asked for."""
    started: dict[Profile | None, Zygote] = {}

    def of(profile: Profile | None) -> Zygote:
        if profile not in started:
            started[profile] = Zygote(("numpy",), Sandbox.BEST, profile)
            assert started[profile].confinement, "its warming up is no test's time"
        return started[profile]

    yield of
    for zygote in started.values():
        zygote.close()


@pytest.fixture(scope="session")
def zygote(zygotes: Callable[[Profile | None], Zygote]) -> Zygote:
    return zygotes(None)


@pytest.fixture(scope="session", params=[Profile.NAMESPACES, Profile.PROCESSES])
def walled(request: pytest.FixtureRequest, zygotes: Callable[[Profile | None], Zygote]) -> Zygote:
    """A zygote of each profile that confines."""
    return zygotes(request.param)


@pytest.fixture(scope="session")
def files() -> Files:
    return {"rnn_utils.py": b"def sigmoid(x):\n    return 'the bundle\\'s'\n"}
