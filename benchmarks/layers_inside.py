"""The warm process with clocks in it: started in the place of `autograder/inside/zygote.py`, with two words more.

    python -P layers_inside.py CONTROL_FD ORDER ZYGOTE_PROGRAM TABLE_FD

Its functions are wrapped from outside, when their modules are loaded; nothing else is different.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any


def _load(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Load the zygote's program, wrap what it will call, run it."""
    table, program = int(sys.argv.pop()), Path(sys.argv.pop())
    clock = _load("layer_clock", Path(__file__).with_name("layer_clock.py")).LayerClock(table)
    os.close(table)
    zygote = _load("zygote_program", program)
    clock.time(zygote, "_fork", "zygote: forks inits")
    sibling = zygote._sibling  # noqa: SLF001 - this is the one place where its modules are loaded
    wrapped = set()

    def sibling_with_clocks(name: str) -> Any:
        module = sibling(name)
        if name not in wrapped:
            wrapped.add(name)
            _wrap(name, module, clock)
        return module

    zygote._sibling = sibling_with_clocks  # noqa: SLF001
    zygote.main()


def _wrap(name: str, module: Any, clock: Any) -> None:
    if name == "init":
        clock.time(module, "_Init.__init__", "init: world made, kernel forked")
        clock.time(module, "_Init.start", "init: world made, kernel forked")
        clock.time(module, "_Init._obey", "init: kernel and questions held, ended, looked at")
        clock.time(module, "_become_kernel", "kernel: confined")
    elif name == "kernel":
        clock.time(module, "serve", "kernel: messages")
        clock.time(module, "_execute", "kernel: IPython")
        clock.time(module, "_fork_question", "kernel: forks questions")
        _wrap_question(module.question, clock)
        from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - the kernel's module has just loaded it

        clock.time(InteractiveShell, "run_code", "kernel: the cells themselves")


def _wrap_question(question: Any, clock: Any) -> None:
    clock.time(question, "answer", "question: started, messages")
    clock.time(question, "_Desk.call", "question: values in and out")
    find = question._Desk._function  # noqa: SLF001

    def function_with_clock(desk: Any, target: Any) -> Any:
        function = find(desk, target)
        return function and clock.timed(function, "question: the functions themselves")

    question._Desk._function = function_with_clock  # noqa: SLF001


if __name__ == "__main__":
    main()
