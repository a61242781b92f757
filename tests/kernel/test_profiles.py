"""Which layers hold where, what is refused without them, and that nothing is left when the grader is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import MachineFault
from autograder.kernel.sandbox import Confinement, survey
from autograder.kernel.zygote import Zygote
from autograder.model import Profile, Sandbox

from .cells import Files, descendants, printed, started, wait_until

ALL: dict[str, Any] = {
    "profile": "namespaces",
    "why_not": None,
    "landlock": 7,
    "walled": True,
    "seccomp": True,
    "user": 60706,
    "keep_reading": False,
    "home": None,
}
FEWER = ALL | {"profile": "processes", "why_not": "a user namespace: Operation not permitted", "home": "/somewhere"}


def lacking(confinement: Confinement) -> set[str]:
    return {layer.name for layer in confinement.layers if not layer.holds}


def test_with_all_layers_nothing_is_missing_and_required_runs() -> None:
    assert survey(Sandbox.REQUIRED, ALL).missing == ()


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (FEWER, {"a world of its own", "disk"}),
        (FEWER | {"landlock": 5, "user": None}, {"a world of its own", "disk", "other processes"}),
        (FEWER | {"landlock": 0, "walled": False}, {"a world of its own", "disk", "files"}),
        (FEWER | {"seccomp": False}, {"a world of its own", "disk", "network", "system calls"}),
        (FEWER | {"keep_reading": True}, {"a world of its own", "disk", "privileges"}),
        (ALL | {"seccomp": False}, {"system calls"}),
        (ALL | {"profile": "off", "landlock": 0, "seccomp": False, "walled": False}, {"files, network, other processes"}),
    ],
)
def test_what_is_missing_is_named_and_required_refuses_it(found: dict[str, Any], missing: set[str]) -> None:
    assert lacking(survey(Sandbox.BEST, found)) == missing
    with pytest.raises(MachineFault, match="is not protected"):
        survey(Sandbox.REQUIRED, found)


def test_why_namespaces_are_not_used_is_said() -> None:
    assert any("a user namespace: Operation not permitted" in sentence for sentence in survey(Sandbox.BEST, FEWER).missing)


def test_landlock_that_does_not_hold_is_a_fault_and_nothing_runs() -> None:
    with pytest.raises(MachineFault, match="does not enforce"):
        survey(Sandbox.BEST, FEWER | {"walled": False})


@pytest.mark.slow
@pytest.mark.parametrize("sandbox", [Sandbox.OFF, Sandbox.BEST])
def test_without_confinement_it_is_said_and_notebooks_run(files: Files, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("readable")
    zygote = Zygote(("numpy",), sandbox, Profile.OFF)
    try:
        assert lacking(zygote.confinement) == {"files, network, other processes"}
        assert printed(zygote, files, f"import rnn_utils\nprint(open({str(tmp_path / 'file')!r}).read())") == "readable\n"
        home = zygote.confinement.home
    finally:
        zygote.close()
    assert home is not None
    assert not home.exists()


REFUSED = """
from autograder.inside import syscalls
from autograder.kernel.zygote import Zygote
from autograder.model import Sandbox
syscalls.apply()
confinement = Zygote((), Sandbox.BEST).confinement
print(confinement.profile, *confinement.missing, sep="\\n")
"""


@pytest.mark.slow
def test_where_namespaces_are_refused_the_next_best_is_chosen_and_the_reason_said() -> None:
    done = subprocess.run([sys.executable, "-c", REFUSED], capture_output=True, text=True, check=True)
    profile, *missing = done.stdout.splitlines()
    assert profile == "processes"
    assert any("refuses namespaces (a user namespace: Operation not permitted)" in sentence for sentence in missing)


NOBODY = 65534
DRIVER = """
import json, sys, time
from tests_kernel_cells import started, QUICK
from autograder.kernel.zygote import Zygote
from autograder.model import Profile, Sandbox
zygote = Zygote((), Sandbox.BEST, Profile(sys.argv[1]))
daemon = "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n    if os.fork() == 0:\\n        time.sleep(60)\\n    os._exit(0)\\nopen('file', 'w').write('x')"
kernels = [started(zygote, {"data.csv": b"1"}, daemon)[2] for _ in range(2)]
kernels[0].remember()
link = kernels[0].fork_question(most_bytes=1000, deadline=time.monotonic() + 5)
print(zygote._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("whom", ["driver", "zygote and driver"])
def test_a_grader_that_is_killed_leaves_no_process_no_file_and_no_mount(profile: Profile, whom: str, tmp_path: Path) -> None:
    program = DRIVER.replace("tests_kernel_cells", "kernel.cells")
    mounts = Path("/proc/self/mountinfo").read_text()
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent)}
    tmp_path.chmod(0o755)
    driver = subprocess.Popen([sys.executable, "-c", program, profile], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert driver.stdout is not None
        zygote = int(driver.stdout.readline())
        processes = descendants(driver.pid)
        assert len(processes) >= 1 + 2 * 3, "the zygote; init, kernel and daemon of two submissions"
        if whom != "driver":
            os.kill(zygote, signal.SIGKILL)
    finally:
        driver.kill()
        driver.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes))
    wait_until(lambda: os.listdir(tmp_path) == [])
    assert Path("/proc/self/mountinfo").read_text() == mounts


@pytest.mark.slow
@pytest.mark.parametrize("profile", list(Profile))
def test_an_init_that_is_killed_leaves_no_kernel_that_stands_still_for_ever(files: Files, profile: Profile) -> None:
    zygote = Zygote((), Sandbox.BEST, profile)
    try:
        _notebook, _execution, kernel = started(zygote, files, "x = 1")
        kernel.remember()
        link = kernel.fork_question(most_bytes=1000, deadline=time.monotonic() + 5)
        left = [kernel.pid, link.pid]
        init = int(Path(f"/proc/{kernel.pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(init, signal.SIGKILL)
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
        link.close()
        kernel.close()
    finally:
        zygote.close()


if os.getuid() == 0:  # else everything here runs as one already

    @pytest.mark.slow
    def test_all_walls_hold_for_an_ordinary_user_too(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        home = Path(os.path.realpath(tmp_path_factory.mktemp("home")))
        os.chown(home, NOBODY, NOBODY)
        reach = [sys.base_prefix, sys.prefix, str(repository), str(home)]
        order = json.dumps({"user": NOBODY, "reach": reach, "cwd": str(repository), "report": str(home / "left.json")})
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "tests/kernel/test_walls.py"]
        done = subprocess.run(
            [sys.executable, repository / "tests" / "keeper.py", order, *command],
            env={"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
        assert " passed" in done.stdout
        assert "skipped" not in done.stdout
