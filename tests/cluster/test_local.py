"""A cluster of two real workers on this machine: the same verdicts, whatever becomes of the workers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from grading.course import Course

from autograder.bundle import Bundle
from autograder.cluster.engine import ClusterGrader
from autograder.grading.session import Order
from autograder.model import Graded, Submission, Withheld

from .conftest import documents
from .living import eventually, living

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The temporary folder of all that is started here."""
    folder = tmp_path_factory.mktemp("temporary")
    folder.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr("tempfile.tempdir", None)  # what it was before is kept there
        yield folder


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def cluster(folder: Path, bundle: Bundle, said: list[str]) -> Iterator[ClusterGrader]:
    with ClusterGrader(bundle, "local", workers=2, processes=2, say=said.append) as grader:
        yield grader
    assert eventually(lambda: not living(folder))
    assert not list(folder.glob("autograder-service-*"))


def services(folder: Path) -> list[int]:
    """Process ids; a judge that is forked from one has its command line."""
    found = living(folder, "autograder.cluster.service")
    return [pid for pid in found if parent(pid) not in found]


def parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_results_are_those_of_one_machine(
    cluster: ClusterGrader, course: Course, submissions: list[Submission], here: dict[str, str]
) -> None:
    there = documents(cluster.grade_all(map(Order, submissions)), course)
    assert there.keys() == here.keys()
    for name, document in here.items():
        assert there[name] == document
    assert cluster.workers == 2
    assert cluster.contexts == course.grader.contexts
    assert cluster.confinement.holds == course.grader.confinement.holds
    assert cluster.stand_ins == course.grader.stand_ins


def test_what_is_known_comes_back_and_a_generator_may_pause(cluster: ClusterGrader, submissions: list[Submission]) -> None:
    right = submissions[0]
    ((_order, first),) = cluster.grade_all([Order(right), None])
    assert isinstance(first, Graded)
    known = first.questions[:1]
    ((order, again),) = cluster.grade_all([Order(submissions[1], known)])
    assert isinstance(again, Graded)
    assert order.known == known
    assert again.questions[:1] == known


def test_nothing_of_it_can_be_reached_from_elsewhere_or_without_its_certificate(cluster: ClusterGrader, folder: Path) -> None:
    assert cluster.workers
    mine = {*living(folder), os.getpid()}
    found = listening(mine)
    assert found
    assert {host for host, _port in found} == {"127.0.0.1"}
    encrypted = [place for place in found if not is_empty_web_server(place)]
    assert len(encrypted) >= 3  # the scheduler, a worker, its nanny
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for place in encrypted:
        with (
            socket.create_connection(place, timeout=5) as plain,
            pytest.raises(ssl.SSLError, match=r"(?i)certificate.required"),
            context.wrap_socket(plain) as connection,
        ):
            connection.recv(1)


def is_empty_web_server(place: tuple[str, int]) -> bool:
    """dask starts one in each process; ours have no page."""
    with socket.create_connection(place, timeout=5) as connection, contextlib.suppress(ConnectionResetError):
        connection.sendall(b"GET /info/main/workers.html HTTP/1.0\r\n\r\n")
        answer = connection.recv(100)
        assert not answer or b" 404 " in answer
        return bool(answer)
    return False


def test_a_worker_that_is_killed_costs_nobody_a_result(
    cluster: ClusterGrader, folder: Path, course: Course, submissions: list[Submission], here: dict[str, str], said: list[str]
) -> None:
    slow = submissions[2]
    orders = [Order(slow), *map(Order, submissions[:5])]
    killed: list[int] = []

    def one_killed() -> Iterator[Order]:
        for number, order in enumerate(orders):
            if number == 3:
                service = services(folder)[0]
                killed.extend((parent(service), service))
                os.kill(killed[0], signal.SIGKILL)
            yield order

    there = documents(cluster.grade_all(one_killed()), course)
    assert there == {order.submission.name: here[order.submission.name] for order in orders}
    assert eventually(lambda: not {f"/proc/{pid}" for pid in killed if Path(f"/proc/{pid}").exists()})
    assert any("is gone" in sentence for sentence in said)
    assert not any("refused" in sentence for sentence in said)


def kill_services_at_work(folder: Path, over: threading.Event) -> None:
    """Whenever one has a notebook to grade, end it."""
    while not over.wait(0.05):
        if any(folder.glob("autograder-service-*/notebooks/*")):
            for pid in services(folder):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """Host and port of every TCP socket that one of these processes listens on."""
    sockets = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    sockets.add(os.readlink(descriptor))
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:] + Path("/proc/net/tcp6").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:  # TCP_LISTEN, include/net/tcp_states.h
            address, port = fields[1].split(":")
            host = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if len(address) == 8 else address
            found.add((host, int(port, 16)))
    return found


def test_a_submission_that_loses_its_service_three_times_is_withheld_and_no_other(
    cluster: ClusterGrader, folder: Path, submissions: list[Submission]
) -> None:
    culprit, right = submissions[2], submissions[0]

    over = threading.Event()
    killer = threading.Thread(target=kill_services_at_work, args=(folder, over))
    killer.start()
    try:
        ((_order, withheld),) = cluster.grade_all([Order(culprit)])
    finally:
        over.set()
        killer.join()
    assert isinstance(withheld, Withheld)
    assert withheld.reason.startswith(f"{culprit.shown}: the worker that graded it was lost 3 times")
    ((_order, after),) = cluster.grade_all([Order(right)])
    assert isinstance(after, Graded)
    assert after.total == 20
