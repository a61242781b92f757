"""The way to a dask cluster: one of our own on this machine, or one that runs. TLS only, and nothing of dask's beyond what is used here.

Whoever can connect to a dask cluster can run code in it. So there is no connection without TLS on both sides: each end shows a
certificate that the cluster's own authority has signed.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import logging
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, Future, LocalCluster
from distributed.deploy.spec import close_clusters
from distributed.security import Security
from distributed.utils import LoopRunner

from autograder.cluster import dask_worker
from autograder.errors import InputError, MachineFault

__all__ = ["LOCAL", "Connection", "Task", "security_for", "self_signed"]

LOCAL = "local"
"""The address of a cluster that is started on this machine, and ended with the run."""

_CONNECT_S = 30.0
_ANSWER_S = 30.0
_FETCH_S = 5.0
_LOOK_S = 3.0
_AGAIN_S = 0.25
_END_S = 10.0
_CERTIFICATES = {
    "tls_ca_file": "DASK_DISTRIBUTED__COMM__TLS__CA_FILE",
    "tls_client_cert": "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT",
    "tls_client_key": "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY",
}
"""dask's own settings `distributed.comm.tls.*`, as variables of the environment."""
_QUIET: Mapping[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.scheduler.allowed-failures": 0,  # who is sent where, and how often, is decided in `engine`
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
}
_LARGE = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
"""A notebook may be as large as a notebook may be."""


class Task:
    """One notebook file on its way through the cluster."""

    def __init__(self, future: Future[bytes]) -> None:
        self._future = future

    def result(self) -> bytes:
        """What came of it, once it is done.

        Raises:
            TimeoutError: it comes slowly, or has been lost since.
            Exception: what ended the task.
        """
        result = self._future.result(timeout=_FETCH_S)
        if not isinstance(result, bytes):
            raise TypeError(type(result).__name__)
        return result

    def when_done(self, call: Callable[[Task], None]) -> None:
        """Have this called, from another thread, when there is a result, or none will come."""
        self._future.add_done_callback(lambda _future: call(self))

    def drop(self) -> None:
        """Want it no more."""
        self._future.release()


class Connection(contextlib.AbstractContextManager["Connection"]):
    """A cluster that can be given tasks. Close it when done.

    Args:
        address: `local`, or the scheduler's: `tls://host:port`.
        security: What `security_for` says of it.
        workers: For `local`: how many processes.
        threads: For `local`: how many submissions each of them grades at a time.

    Raises:
        InputError: the cluster must not be used as it is; says why.
        MachineFault: there is no such cluster.
    """

    def __init__(self, address: str, security: Security, *, workers: int, threads: int) -> None:
        self._stack = contextlib.ExitStack()
        self._address = address
        self._plugins: list[str] = []
        _quiet()
        with self._stack:
            if address == LOCAL:
                self._client = self._on_this_machine(security, workers, threads)
            else:
                self._client = self._elsewhere(address, security)
            self._stack = self._stack.pop_all()

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End every service that was started over it, and a cluster of our own; a second call does nothing."""
        plugins, self._plugins = self._plugins, []
        for name in plugins:
            with contextlib.suppress(Exception):  # a worker, or the scheduler, may be gone: then its service is, too
                self._sync(self._client._unregister_worker_plugin, name)  # noqa: SLF001
        self._stack.close()

    def workers(self) -> dict[str, int]:
        """Address → threads, of every worker that there is now.

        Raises:
            MachineFault: the scheduler is gone.
        """
        try:
            found = self._sync(self._ncores)
        except (OSError, TimeoutError, RuntimeError) as error:
            raise MachineFault(
                f"The connection to the cluster {self._address} is lost. What is graded is kept: run the same command again."
            ) from error
        return dict(sorted(found.items()))

    async def _ncores(self) -> dict[str, int]:
        scheduler = self._client.scheduler
        if scheduler is None:
            raise OSError("closed")
        found: dict[str, int] = await scheduler.ncores()
        return found

    def install(self, name: str, parcel: bytes) -> None:
        """Have every worker, those that come later included, start a service with this bundle."""
        self._plugins.append(name)
        plugin = dask_worker.ServicePlugin(name, parcel)
        with contextlib.suppress(Exception):  # a worker that cannot read it, or does not answer, says so when it is asked how it is
            self._sync(self._client._register_worker_plugin, plugin=plugin, name=name, idempotent=False)  # noqa: SLF001

    def how_they_are(self, name: str, addresses: Iterable[str]) -> dict[str, tuple[str, bytes, str]]:
        """Ask workers for their services: see `dask_worker.how_it_is`; one that is gone is left out."""
        wanted = list(addresses)
        if not wanted:
            return {}
        try:
            found = self._sync(self._client._run, dask_worker.how_it_is, name, workers=wanted, on_error="return")  # noqa: SLF001
        except TimeoutError:
            if len(wanted) == 1:
                return {wanted[0]: ("refused", b"it does not answer", "")}
            return {address: answer for one in wanted for address, answer in self.how_they_are(name, [one]).items()}
        except (OSError, ValueError):  # one of them has just gone: they are asked again
            return {}
        return {address: answer for address, answer in map(_answer, found.items()) if answer is not None}

    def _sync(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """As the client's public methods do, which wait for ever.

        Raises:
            TimeoutError: somebody does not answer.
        """
        return self._client.sync(function, *args, callback_timeout=_ANSWER_S, **named)

    def ask(self, address: str, name: str, asked: bytes, known: bytes, notebook: bytes) -> Task:
        """Send a notebook file to a worker."""
        with dask.config.set(_LARGE):
            future = self._client.submit(
                dask_worker.grade, name, asked, known, notebook, workers=[address], allow_other_workers=False, pure=False, retries=0
            )
        return Task(future)

    def _on_this_machine(self, security: Security, workers: int, threads: int) -> Client:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-dask-"))
        runner = LoopRunner()
        resource_tracker.ensure_running()  # whichever thread it is first started from hears Ctrl-C afterwards
        with _deaf_to_ctrl_c():  # what this thread starts is: a terminal's Ctrl-C goes to all, and only the driver is to hear it
            runner.start()
        self._stack.callback(runner.stop, _END_S)
        try:
            with dask.config.set(_QUIET):
                cluster = LocalCluster(
                    loop=runner.loop,
                    n_workers=workers,
                    threads_per_worker=threads,
                    processes=True,
                    host="127.0.0.1",
                    protocol="tls://",
                    security=security,
                    dashboard_address="127.0.0.1:0",  # where the web server is that it has in any case
                    worker_dashboard_address=None,
                    scheduler_kwargs={"dashboard": False},
                    silence_logs=logging.CRITICAL,
                    memory_limit=0,
                    local_directory=folder,
                )
        except (OSError, RuntimeError, TimeoutError) as error:
            raise MachineFault(f"No cluster could be started on this machine: {error}.") from error
        except KeyboardInterrupt:
            atexit.unregister(close_clusters)  # it trips over one that is half started, whose processes end with this one anyway
            raise
        self._stack.enter_context(cluster)
        client = Client(cluster, security=security, set_as_default=False, direct_to_workers=False)
        self._stack.enter_context(client)
        return client

    def _elsewhere(self, address: str, security: Security) -> Client:
        try:
            _wait_for(address, security)
            client = Client(address, security=security, set_as_default=False, direct_to_workers=False, timeout=_CONNECT_S)
        except (OSError, TimeoutError) as error:
            raise MachineFault(
                f"There is no way to the cluster {address}: {error}. Look whether its scheduler runs, and whether its certificate "
                "and yours are signed by the same authority."
            ) from error
        self._stack.enter_context(client)
        if _shows_a_dashboard(address, client.scheduler_info(n_workers=0)["services"].get("dashboard")):
            raise InputError(
                f"The cluster {address} has a dashboard, which shows everybody who can reach it what runs there. "
                "Start its scheduler with --no-dashboard."
            )
        return client


def security_for(address: str) -> Security:
    """The keys and certificates for a cluster: made on the spot for our own, and kept in memory; else those of dask's settings.

    Raises:
        InputError: the address is none that is taken; or there are no certificates, or the extra is not installed.
    """
    if address == LOCAL:
        return _temporary()
    if urlsplit(address).scheme != "tls":
        raise InputError(
            f"--cluster {address}: only `local` and addresses that begin with tls:// are taken. Whoever can connect to a dask "
            "cluster can run code in it, so it has to know who connects: start its scheduler and workers with TLS (docs/cluster.md)."
        )
    _place(address)
    return _from_settings()


def self_signed() -> tuple[str, str]:
    """A certificate that signs itself, valid for a year, and its key; both as PEM.

    Raises:
        InputError: the extra is not installed.
    """
    made = _temporary().get_tls_config_for_role("client")
    return made["cert"], made["key"]


def _temporary() -> Security:
    try:
        security: Security = Security.temporary()
        return security
    except ImportError as error:
        raise InputError("A cluster's certificates need the package cryptography: pip install 'notebook-autograder[cluster]'.") from error


def _from_settings() -> Security:
    """The certificates that dask's own settings name.

    Raises:
        InputError: one of them is not named, or is no file that can be read.
    """
    security = Security(require_encryption=True)
    for attribute, variable in _CERTIFICATES.items():
        value = getattr(security, attribute)
        if not value and attribute == "tls_client_key":  # it may lie in the certificate's file
            continue
        if not value:
            raise InputError(f"A tls:// cluster needs certificates, and {variable} names none. docs/cluster.md says how to make them.")
        if "\n" not in value and not Path(value).is_file():
            raise InputError(f"{variable} names {value}, and there is no such file.")
    return security


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Within, no thread that is started hears it, nor do its processes; one that comes meanwhile is heard afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _quiet() -> None:
    """What of dask's messages concerns grading is said by us, in other words."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _place(address: str) -> tuple[str, int]:
    """Host and port.

    Raises:
        InputError: there are none.
    """
    try:
        parts = urlsplit(address)
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise InputError(f"--cluster {address}: name the scheduler's host and port, as in tls://head.example.edu:8786.")


def _wait_for(address: str, security: Security) -> None:
    """Until a scheduler listens there that has a certificate of our authority; dask itself waits for any error to go away.

    Raises:
        OSError: there is none.
    """
    until = time.monotonic() + _CONNECT_S
    context = security.get_connection_args("client")["ssl_context"]
    while True:
        try:
            with socket.create_connection(_place(address), timeout=_LOOK_S) as plain, context.wrap_socket(plain):
                return
        except ConnectionRefusedError:  # it may be starting
            if time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)


def _shows_a_dashboard(address: str, port: int | None) -> bool:
    """Whether the scheduler's web server, which there is in any case, has the dashboard's pages, and shows them to us."""
    if port is None:
        return False
    web = http.client.HTTPConnection(_place(address)[0], port, timeout=_LOOK_S)
    try:
        web.request("GET", "/status")
        return web.getresponse().status != http.HTTPStatus.NOT_FOUND
    except (OSError, http.client.HTTPException):  # it shows us nothing
        return False
    finally:
        web.close()


def _answer(item: tuple[str, Any]) -> tuple[str, tuple[str, bytes, str] | None]:
    """What a worker answered, where it answered as it should; an OSError is one that has just gone."""
    address, answer = item
    match answer:
        case (str() as state, bytes() as said, str() as called):
            return address, (state, said, called)
        case OSError():
            return address, None
        case _:
            return address, ("refused", f"it does not have this autograder ({type(answer).__name__}: {answer})".encode(), "")
