"""`autograder doctor` finds what holds by trying it, and says when something gets through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder import doctor
from autograder.kernel.layers import Layer, layers_of
from autograder.kernel.zygote import Zygote
from autograder.model import Profile, Sandbox

from .test_profiles import ALL, FEWER

pytestmark = pytest.mark.slow


def test_every_attempt_is_made_against_a_layer_that_there_is() -> None:
    names = {layer.name for found in (ALL, FEWER) for layer in layers_of(Sandbox.BEST, found)}
    assert set(doctor._AGAINST) <= names


@pytest.mark.parametrize("profile", [Profile.NAMESPACES, Profile.PROCESSES])
def test_what_is_said_to_hold_stands_the_test(profile: Profile) -> None:
    found = doctor.examine(profile)
    assert found.profile is profile
    assert all(finding.holds for finding in found.findings if finding.layer.holds), found
    assert found.all_hold is (profile is Profile.NAMESPACES)
    assert all(finding.layer.remedy for finding in found.findings if not finding.holds)


def test_the_attempts_succeed_where_nothing_confines() -> None:
    with doctor._something_to_find() as canaries:
        zygote = Zygote((), Sandbox.OFF)
        try:
            happened = doctor._tried(zygote, canaries)
        finally:
            zygote.close()
    assert {what for what, did in happened.items() if did} >= {"file", "folder", "connection", "signal", "space"}


def test_what_gets_through_is_told() -> None:
    layer = Layer("network", True, "none")
    nothing = dict.fromkeys(["connection"], False)
    held = doctor.Finding(layer, doctor._against(layer, nothing))
    broken = replace(held, got_through=doctor._against(layer, nothing | {"connection": True}))
    assert held.holds
    assert not broken.holds
    assert broken.got_through == ("it connected to a server on this machine",)
