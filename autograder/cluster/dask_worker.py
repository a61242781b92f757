"""What runs inside dask's workers: the plugin that keeps a service, the task that asks it, and the question how it is.

With `connection`, the only door to dask. All of it runs in processes that the cluster's owner started; nothing here ever forks.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from autograder.cluster.process import Hello, ServiceEnded, ServiceProcess, ServiceRefused

__all__ = ["ServicePlugin", "grade", "how_it_is"]

_MOST_RESTARTS = 3
"""Services that ended one after another without any answer; then none is started any more."""
_READY_S = 300.0
_DASHBOARD = b"it has a dashboard, which shows everybody who can reach it what runs there: start it with --no-dashboard"


class ServicePlugin(WorkerPlugin):
    """Keeps one service for one driver's bundle, as long as the worker lives or the driver wants it.

    Args:
        name: Of this driver's plugin; no other driver's has it.
        parcel: The bundle. It comes to each worker once, with this object.
    """

    def __init__(self, name: str, parcel: bytes) -> None:
        self.name = name
        self._parcel = parcel

    def setup(self, worker: Worker) -> None:
        """Start a service; does not wait for it."""
        self._threads: int = worker.state.nthreads
        self._lock = threading.Lock()
        self._first: str | None = None
        self._restarts = 0
        self._closed = False
        self.broken = ""
        """Why no service can be started; empty where one can."""
        try:
            self._service = ServiceProcess(self._parcel, self._threads)
        except OSError as error:
            self.broken = f"no service could be started there ({error})"

    async def teardown(self, worker: Worker) -> None:
        """End it."""
        del worker
        if not self.broken:
            self._closed = True
            await asyncio.to_thread(self._service.close)

    def grade(self, asked: dict[str, Any], known: bytes, notebook: bytes) -> tuple[dict[str, Any], bytes]:
        """In a thread of the worker's: see `ServiceProcess.grade`.

        Raises:
            ServiceEnded: the service ended; the next call starts another.
            ServiceRefused: no service that grades as the first one can be had here.
        """
        answer = self._alive().grade(asked, known, notebook)
        self._restarts = 0
        return answer

    def hello(self) -> bytes | None:
        """What the service says of itself; None while it is starting.

        Raises:
            ServiceEnded, ServiceRefused
        """
        return self._service.hello(0) if self._service.ready else None

    def _alive(self) -> ServiceProcess:
        with self._lock:
            if self._service.ended and not self._closed:
                if self._restarts >= _MOST_RESTARTS:
                    raise ServiceRefused("its service ended again and again")
                self._restarts += 1
                self._service.close()
                self._service = ServiceProcess(self._parcel, self._threads)
            try:
                identity = json.dumps(dict(Hello.read(self._service.hello(_READY_S)).identity), sort_keys=True)
            except TimeoutError as error:
                raise ServiceEnded("its service does not become ready") from error
            self._first = self._first or identity
            if identity != self._first:
                raise ServiceRefused("what is installed there has changed while it graded")
            return self._service


def grade(name: str, asked: bytes, known: bytes, notebook: bytes) -> bytes:
    """A task: grade one notebook file.

    Returns:
        A line of JSON, and what a judge said.

    Raises:
        ServiceEnded: there is no service any more, or not yet.
    """
    plugin = get_worker().plugins.get(name)
    if not isinstance(plugin, ServicePlugin):
        raise ServiceEnded("this worker has no service")
    header, body = plugin.grade(json.loads(asked), known, notebook)
    return json.dumps(header).encode() + b"\n" + body


def how_it_is(name: str, dask_worker: Worker) -> tuple[str, bytes, str]:
    """Run on a worker's event loop: how its service is, and what people call the worker.

    Returns:
        `starting`, `ready` with what the service says of itself, or `refused` with why; and the worker's name and machine.
    """
    shows = dask_worker._dashboard  # noqa: SLF001 - that it was asked for: whether there is one depends on what is installed there
    state, said = ("refused", _DASHBOARD) if shows else _state(dask_worker.plugins.get(name))
    return state, said, f"{dask_worker.name} on {socket.gethostname()}"


def _state(plugin: object) -> tuple[str, bytes]:
    if not isinstance(plugin, ServicePlugin):
        return "starting", b""
    if plugin.broken:
        return "refused", plugin.broken.encode()
    try:
        hello = plugin.hello()
    except (ServiceEnded, ServiceRefused) as error:
        return "refused", str(error).encode("utf-8", "replace")
    return ("starting", b"") if hello is None else ("ready", hello)
