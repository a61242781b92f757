"""Runs a notebook's cells in a warm kernel, by nbclient, and says what happened to each.

The only door to nbclient. Its kernel manager and client are two small objects of ours over one socket; its cell time-out,
error and output handling are what users know. Deadlines are ours, outside it: they are CPU time (see `autograder.kernel.clock`),
and nbclient waits for ever for a kernel that does not answer its interrupt. A cell that kills its kernel, cannot be interrupted,
or talks nonsense to nbclient, is left out, and the notebook runs once more in a fresh kernel; the result says so. A kernel that
died, or only waited, is first given the benefit of the doubt: it may have been the machine, so the cell is tried once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from queue import Empty
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from autograder.errors import MachineFault
from autograder.grading.notebook import NotebookNode, code_cells
from autograder.grading.verdicts import short
from autograder.kernel import frames
from autograder.kernel.clock import Allowance, wider
from autograder.kernel.zygote import Kernel
from autograder.model import CellProblem, Execution, Limits

__all__ = ["run_cells"]

_GRACE_S = 2.0
"""Seconds that an interrupted cell has to stop by itself."""
_MOST_FRESH_KERNELS = 20
_MOST_MESSAGE = 16 << 20
_READ = 256 << 10
_MOST_READ = 512 << 20
"""Bytes that are read from one kernel, kept or not: prints stop at 8 MiB by themselves (see `inside/kernel.py`)."""
_MOST_CHATTER = 32 << 20
"""Bytes of replies and states that are kept: about 2 KiB for each cell."""
_MOST_ERRORS = 8 << 20
"""Bytes of errors that are kept beyond the limit for output: a flood of prints must not hide why a later cell stopped."""
_KEPT = 512  # bytes that a message takes beyond its text
_TEXT = 200
_INTERRUPTED = ("KeyboardInterrupt", "CancelledError")
"""What an interrupted cell raises; the second where it awaited something."""
_SEND_S = 10.0
_OUTPUTS = {"stream", "display_data", "execute_result", "update_display_data", "error", "clear_output"}
_log = logging.getLogger("autograder.nbclient")
_log.addHandler(logging.NullHandler())
_log.propagate = False


def run_cells(notebook: NotebookNode, start: Callable[[], Kernel], limits: Limits, *, outputs: bool = True) -> tuple[Kernel, Execution]:
    """Run every code cell once, in order, in a kernel from `start`.

    Args:
        notebook: Bare; what its cells say is put into it.
        start: Forks a fresh kernel.
        limits: For each cell and all together.
        outputs: False when nobody will look at them: only errors are kept then.

    Returns:
        The kernel that ran the last cell, still alive unless even a fresh one died, and what happened. The caller closes it.

    Raises:
        MachineFault: no kernel could be started.
    """
    cells = code_cells(notebook)
    left_out: dict[int, CellProblem] = {}
    suspects: set[int] = set()
    left = _Left(limits.notebook_s, wider(limits.notebook_s))
    while True:
        kernel = start()
        try:
            run = _Run(notebook, cells, kernel, limits, left_out, frozenset(suspects), left, outputs=outputs)
            culprit = asyncio.run(run.all_cells())
        except BaseException:
            kernel.close()
            raise
        if culprit is None and run.waited:
            kernel.close()
            suspects |= run.waited
            continue
        if culprit is None or len(left_out) >= _MOST_FRESH_KERNELS:
            problems = tuple(sorted([*run.problems, *left_out.values()], key=lambda problem: problem.cell))
            if culprit is not None:
                problems += (culprit, *_not_run(culprit.cell, len(cells)))
            return kernel, Execution(len(cells), problems, len(left_out), run.channels.dropped)
        kernel.close()
        if culprit.kind == "killed_kernel" and culprit.cell not in suspects:
            suspects.add(culprit.cell)
        else:
            left_out[culprit.cell] = culprit


@dataclass(slots=True)
class _Left:
    """What is left of a notebook's time, whichever of its kernels uses it."""

    cpu_s: float
    wall_s: float


def _not_run(after: int, cells: int) -> list[CellProblem]:
    return [CellProblem(number, "not_run", "", "") for number in range(after + 1, cells + 1)]


class _Run:
    """One pass over the cells in one kernel."""

    def __init__(
        self,
        notebook: NotebookNode,
        cells: list[NotebookNode],
        kernel: Kernel,
        limits: Limits,
        left_out: dict[int, CellProblem],
        suspects: frozenset[int],
        left: _Left,
        *,
        outputs: bool,
    ) -> None:
        self.problems: list[CellProblem] = []
        self.waited: set[int] = set()
        """Cells, not suspected before, that used no CPU time until their limit."""
        self.channels = _Channels(kernel, limits.output_bytes, outputs=outputs)
        self._notebook, self._cells, self._kernel, self._limits = notebook, cells, kernel, limits
        self._left_out, self._suspects, self._left = left_out, suspects, left

    async def all_cells(self) -> CellProblem | None:
        """Run the cells; the one that this kernel did not survive, if any."""
        manager: Any = _Manager(self._kernel)
        client = NotebookClient(self._notebook, km=manager, timeout=None, allow_errors=True, record_timing=False, log=_log)
        client.kc = self.channels  # type: ignore[assignment]
        client.reset_execution_trackers()
        # What goes wrong in nbclient's own tasks is told by the cell's outcome; unheard, asyncio would print it.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        reader = asyncio.ensure_future(self.channels.read())
        try:
            for number, cell in enumerate(self._cells, 1):
                if number in self._left_out:
                    continue
                if self._left.cpu_s <= 0 or self._left.wall_s <= 0:
                    self.problems.append(CellProblem(number, "not_run", "", ""))
                    continue
                problem = await self._cell(client, number, cell)
                if problem is not None and problem.kind in ("killed_kernel", "hung"):
                    return problem
                if problem is not None:
                    self.problems.append(problem)
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
        return None

    async def _cell(self, client: NotebookClient, number: int, cell: NotebookNode) -> CellProblem | None:
        seconds = min(self._limits.cell_s, self._left.cpu_s)
        allowance = Allowance(self._kernel.pid, seconds, min(wider(seconds), self._left.wall_s))
        began = time.monotonic()
        try:
            await self._in_time(client.async_execute_cell(cell, self._notebook.cells.index(cell)), allowance)
        except (TimeoutError, DeadKernelError):
            # Our own cancelling at the deadline comes back from nbclient as a dead kernel, so ask the kernel's socket.
            if self.channels.is_alive():
                return CellProblem(number, "hung", "", f"did not stop after {self._limit(allowance, seconds)}")
            return CellProblem(number, "killed_kernel", "", "")
        except Exception:  # noqa: BLE001 - nbclient raises whatever a malformed message of the student's leads it to
            return CellProblem(number, "killed_kernel", "", "the kernel's messages could not be read")
        finally:
            self._left.cpu_s -= allowance.used_s
            self._left.wall_s -= time.monotonic() - began
        late = allowance.ended
        if allowance.starved:
            raise MachineFault("The machine was so busy that a notebook got hardly any time of it. Grade again with fewer workers.")
        if allowance.waited and number not in self._suspects:
            self.waited.add(number)
        for output in cell.outputs:
            if output.get("output_type") == "error":
                late = late and output.get("ename") in _INTERRUPTED
                text = f"stopped after {self._limit(allowance, seconds)}" if late else _line(output.get("evalue"))
                return CellProblem(number, "timed_out" if late else "raised", _line(output.get("ename")), text)
        return None

    def _limit(self, allowance: Allowance, seconds: float) -> str:
        """The cell's limit; what earlier cells left of the notebook's is no figure, since it differs from run to run."""
        if seconds < self._limits.cell_s or allowance.wall_s < wider(seconds):
            return "the rest of the notebook's time"
        return f"waiting for {allowance.wall_s:g} s" if allowance.waited else f"{seconds:g} s"

    async def _in_time(self, cell: Coroutine[Any, Any, Any], allowance: Allowance) -> None:
        """Run a cell; when its allowance is used up, interrupt it once, and give it a moment.

        Raises:
            TimeoutError: it did not stop.
        """
        task = asyncio.ensure_future(cell)
        try:
            while not task.done():
                left = allowance.left()
                if left <= 0:
                    self._kernel.interrupt()
                    await asyncio.wait((task,), timeout=_GRACE_S)
                    break
                await asyncio.wait((task,), timeout=left)
            if not task.done():
                raise TimeoutError
            await task
        finally:
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task


def _line(text: Any) -> str:
    return short(str(text or "").strip().split("\n")[0], _TEXT)


class _Manager:
    """What nbclient asks of a kernel manager, answered for a kernel that is already running."""

    has_kernel = True
    ipykernel = False

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def is_alive(self) -> bool:
        return not self._kernel.closed


class _Channels:
    """What nbclient asks of a kernel client: requests go out, messages come in by channel. Output is capped here."""

    allow_stdin = False

    def __init__(self, kernel: Kernel, output_bytes: int, *, outputs: bool) -> None:
        self.shell_channel = _Channel()
        self.iopub_channel = _Channel()
        self.dropped = False
        self._kernel = kernel
        self._left = {"read": _MOST_READ, "chatter": _MOST_CHATTER, "errors": _MOST_ERRORS, "output": output_bytes}
        self._wanted = _OUTPUTS if outputs else {"error"}
        self._dead = False

    def execute(self, code: str, *, store_history: bool, stop_on_error: bool) -> str:
        """Send a cell to the kernel and return its message's id."""
        identifier = uuid.uuid4().hex
        header = {"msg_id": identifier, "msg_type": "execute_request", "username": "", "session": "", "version": "5.4"}
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        try:
            self._kernel.link.send({"do": "execute", "message": message}, deadline=time.monotonic() + _SEND_S)
        except (frames.Closed, frames.FrameTimeout):
            raise DeadKernelError("Kernel died") from None
        return identifier

    def is_alive(self) -> bool:
        return not self._dead

    async def read(self) -> None:
        """Sort incoming messages into the channels until the kernel is gone."""
        loop = asyncio.get_running_loop()
        sock = self._kernel.link.sock
        came = bytearray()
        try:
            while piece := await loop.sock_recv(sock, _READ):
                came += piece
                while len(came) >= frames.LENGTHS.size:
                    header_bytes, body_bytes = frames.LENGTHS.unpack_from(came)
                    if header_bytes > _MOST_MESSAGE or body_bytes:
                        return
                    end = frames.LENGTHS.size + header_bytes
                    if len(came) < end:
                        break
                    self._sort(frames.parse_header(bytes(came[frames.LENGTHS.size : end])), header_bytes)
                    del came[:end]
                await asyncio.sleep(0)  # while there is something to read, reading never waits, and no deadline would be seen
        except (frames.BadFrame, OSError):
            pass
        finally:
            self._dead = True
            for channel in (self.shell_channel, self.iopub_channel):
                channel.put(None)

    def _sort(self, message: dict[str, Any], size: int) -> None:
        header, parent, content = (message.get(key) for key in ("header", "parent_header", "content"))
        if not (isinstance(header, dict) and isinstance(parent, dict) and isinstance(content, dict)):
            raise frames.BadFrame("a message without its parts")
        kind = header.get("msg_type")
        if not isinstance(kind, str) or not self._affords("read", size):
            raise frames.BadFrame("a message of no kind, or one too many")
        message = {"header": header, "parent_header": parent, "content": content, "metadata": {}, "msg_type": kind}
        if kind in ("execute_reply", "status", "execute_input"):  # the last one tells the count
            if not self._affords("chatter", size + _KEPT):
                raise frames.BadFrame("more replies than a notebook has")
            (self.shell_channel if kind == "execute_reply" else self.iopub_channel).put(message)
        elif kind in _OUTPUTS:
            kept = self._affords("output", size)
            self.dropped |= not kept
            if kind not in self._wanted:
                return
            if kind == "error" and not kept:  # that a cell stopped is told all the same, and in which words
                words = {key: str(content.get(key, ""))[:_TEXT] for key in ("ename", "evalue")}
                message["content"] = {**words, "traceback": []}
                kept = self._affords("errors", 2 * _TEXT + _KEPT)
            if kept:
                self.iopub_channel.put(message)

    def _affords(self, what: str, size: int) -> bool:
        self._left[what] -= size
        return self._left[what] >= 0


class _Channel:
    """One of nbclient's channels: messages in order, then the end of the kernel."""

    def __init__(self) -> None:
        self._messages: deque[dict[str, Any] | None] = deque()
        self._came = asyncio.Event()

    def put(self, message: dict[str, Any] | None) -> None:
        self._messages.append(message)
        self._came.set()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ASYNC109 - nbclient's interface
        """The next message.

        Raises:
            Empty: none came in `timeout` seconds.
            DeadKernelError: the kernel is gone and has no more to say.
        """
        while not self._messages:
            self._came.clear()
            try:
                await (self._came.wait() if timeout is None else asyncio.wait_for(self._came.wait(), timeout))
            except TimeoutError:
                raise Empty from None
        message = self._messages.popleft()
        if message is None:
            self.put(None)
            raise DeadKernelError("Kernel died")
        return message
