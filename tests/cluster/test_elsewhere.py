"""A cluster that was started by hand, as the docs say: by its certificates, with one worker that is like us, and one that is not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from grading.course import Course

from autograder.bundle import Bundle
from autograder.cluster.certificates import write_certificates
from autograder.cluster.connection import Connection, security_for
from autograder.cluster.engine import ClusterGrader
from autograder.errors import InputError, MachineFault
from autograder.grading.session import Order
from autograder.model import Sandbox, Submission

from .conftest import documents
from .living import eventually, living

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_certificates(tmp_path_factory.mktemp("certificates") / "new")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of the scheduler and the workers."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def scheduler(folder: Path, certificates: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; with two workers, of which the one called `other` has another package installed."""
    certificate, key = map(str, certificates)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tls://127.0.0.1:{server.getsockname()[1]}"
    tls = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key, "--host", "127.0.0.1"]
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path[:1])}
    other = tmp_path_factory.mktemp("other")
    (other / "numexpr_of_theirs-9.9.dist-info").mkdir()

    def start(program: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *arguments, *tls],
            env={**environment, **variables},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    worker = ("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    processes = [
        start("dask_scheduler", "--port", address.rpartition(":")[2], "--no-dashboard", "--protocol", "tls"),
        start(*worker, "--name", "like-us"),
        start(*worker, "--name", "other", PYTHONPATH=str(other)),
    ]
    yield address
    for process in reversed(processes):
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(20)
    assert eventually(lambda: not living(folder))


def connect(address: str) -> None:
    """Only that."""
    Connection(address, security_for(address), workers=1, threads=1).close()


@pytest.fixture
def _certified(certificates: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the variables that the docs name would be read by dask when it is imported."""
    import dask

    certificate, key = map(str, certificates)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", certificate)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT", certificate)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY", key)
    dask.config.refresh()


@pytest.mark.usefixtures("_certified")
def test_a_worker_that_would_not_grade_as_we_do_is_refused_by_name_and_the_other_grades(
    scheduler: str, folder: Path, bundle: Bundle, course: Course, submissions: list[Submission], here: dict[str, str]
) -> None:
    said: list[str] = []
    with ClusterGrader(bundle, scheduler, say=said.append) as grader:
        orders = [Order(submission) for submission in submissions[:2]]
        there = documents(grader.grade_all(orders), course)
        until = time.monotonic() + 30
        while not said and time.monotonic() < until:  # its service may be the slower one
            there |= documents(grader.grade_all(orders[:1]), course)
        assert grader.workers == 1
        assert len(living(folder, "inside/zygote.py")) >= 1
    assert there == {order.submission.name: here[order.submission.name] for order in orders}
    (refusal,) = said
    assert refusal.startswith("The worker tls://127.0.0.1:")
    assert (
        f"(other on {socket.gethostname()}) is refused: it would not grade as this machine does (numexpr_of_theirs: none here, 9.9 there)."
        in refusal
    )
    # Services ended with the run; the cluster goes on.
    assert eventually(lambda: not living(folder, "autograder.cluster.service") and not living(folder, "inside/zygote.py"))
    assert living(folder, "dask_worker")


@pytest.mark.usefixtures("_certified")
def test_a_cluster_with_a_dashboard_is_refused(certificates: tuple[Path, Path], folder: Path) -> None:
    certificate, key = map(str, certificates)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    program = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(port)]
    tls = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key, "--dashboard-address", "127.0.0.1:0"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen([*program, *tls], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as scheduler:
        with pytest.raises(InputError, match=r"has a dashboard.*--no-dashboard"):
            connect(f"tls://127.0.0.1:{port}")
        scheduler.kill()


def test_certificates_are_needed_and_named(bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import dask

    for name in [name for name in os.environ if name.startswith("DASK_")]:
        monkeypatch.delenv(name)
    dask.config.refresh()
    with pytest.raises(InputError, match="DASK_DISTRIBUTED__COMM__TLS__CA_FILE names none"):
        ClusterGrader(bundle, "tls://127.0.0.1:1", say=print)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", str(tmp_path / "not there.pem"))
    dask.config.refresh()
    with pytest.raises(InputError, match=r"CA_FILE names .*not there\.pem, and there is no such file"):
        ClusterGrader(bundle, "tls://127.0.0.1:1", say=print)


def test_another_authoritys_certificate_does_not_open_a_cluster(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dask

    certificate, key = map(str, write_certificates(tmp_path / "another"))
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", certificate)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT", certificate)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY", key)
    dask.config.refresh()
    with pytest.raises(MachineFault, match="There is no way to the cluster"):
        connect(scheduler)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "127.0.0.1:8786", "ucx://10.0.0.1:1", "Local", ""])
def test_an_address_without_tls_is_refused(bundle: Bundle, address: str) -> None:
    with pytest.raises(InputError, match=r"only `local` and addresses that begin with tls:// are taken"):
        ClusterGrader(bundle, address, say=print)


@pytest.mark.parametrize("address", ["tls://", "tls://127.0.0.1", "tls://host:port", "tls://:8786"])
def test_an_address_without_a_place_is_refused(bundle: Bundle, address: str) -> None:
    with pytest.raises(InputError, match=r"name the scheduler's host and port"):
        ClusterGrader(bundle, address, say=print)


def test_a_bundle_that_confines_nothing_is_refused(bundle: Bundle) -> None:
    open_ = replace(bundle, assignment=replace(bundle.assignment, sandbox=Sandbox.OFF))
    with pytest.raises(InputError, match="`sandbox: off`"):
        ClusterGrader(open_, "local", say=print)


def test_without_the_extra_it_says_what_to_install(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'notebook-autograder\[cluster\]'"):
        ClusterGrader(bundle, "local", say=print)
