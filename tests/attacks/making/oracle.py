"""The reference answers for helpers: asked for more than that, by others, and for what others could use later."""

from __future__ import annotations

from .attack import family
from .toolbox import ASKER, BREACH

add = family("oracle")
WRONG = "def center(x):\n    return np.zeros_like(x)\n"

add(
    "oracle_asked_for_the_function_itself",
    "spread asks the oracle for spread.",
    first=ASKER,
    center=WRONG,
    spread='def spread(x):\n    return asker("spread")(x)\n',
    earns={"center": 0, "spread": 0},
)
add(
    "oracle_asked_by_the_wrong_function",
    "center and backward, whose references call nobody, ask for themselves and for each other.",
    first=ASKER,
    center='def center(x):\n    return asker("center")(x)\n',
    backward='def backward(dy, cache):\n    try:\n        return asker("backward")(dy, cache)\n    except RuntimeError:\n        return asker("forward")(dy, 1.0)\n',
    earns={"center": 0, "backward": 0},
)
add(
    "oracle_asked_for_a_caller",
    "forward asks for spread, backward and forward where it may ask for center only.",
    first=ASKER,
    center=WRONG,
    forward="""
def forward(x, w):
    for name in ("forward", "spread", "backward", "CANARY", "np", "__builtins__", "", None, 7):
        try:
            return asker(name)(x, w)
        except RuntimeError:
            pass
    raise ValueError("nobody knows")
""",
    earns={"center": 0, "forward": 0},
)
add(
    "oracle_made_to_work",
    "Asks for arguments that would cost the grader its memory or time, and then for what it needs.",
    center=WRONG,
    spread="""
def spread(x):
    for many in (np.zeros(300_000), np.zeros((0, 4500)), np.zeros((4500, 0)), [[1.0] * 50] * 1000, 10**300, "x" * 500_000, {n: n for n in range(5000)}):
        try:
            center(many)
        except RuntimeError:
            pass
    moved = center(x)
    return np.sqrt((moved * moved).mean())
""",
    earns={"center": 0},
)
add(
    "oracle_asked_without_end",
    "Asks the same thing ten thousand times.",
    center=WRONG,
    spread="""
def spread(x):
    for _ in range(10_000):
        try:
            moved = center(x)
        except RuntimeError:
            pass
    return 0.0
""",
    earns={"center": 0, "spread": 0},
)
add(
    "oracle_asked_between_calls",
    "A thread asks when no call is in flight.",
    first=ASKER,
    center=WRONG,
    spread="""
import threading
def spread(x):
    ask = asker("center")
    threading.Timer(0.003, ask, [x]).start()
    return 0.0
""",
    earns={"center": 0, "spread": 0},
)
add(
    "oracle_made_to_fail",
    "Makes the reference fail, for what it says when it does.",
    first=BREACH,
    center=WRONG,
    spread="""
def spread(x):
    for odd in ("text", None, [], {}, np.array("x"), np.zeros(0), [[1.0], [1.0, 2.0]]):
        try:
            center(odd)
        except RuntimeError as error:
            if str(error) != "the stand-in for center could not answer this call" or error.__cause__ is not None:
                breach(error)
    try:
        center()
    except RuntimeError as error:
        if "argument" in str(error):
            breach(error)
    return 0.0
""",
    earns={"center": 0, "spread": 0},
)
add(
    "oracle_changes_what_it_is_given",
    "Hands the oracle one array many times over, frozen, shared and as a view, and looks for the answer in what it changed.",
    center=WRONG,
    spread="""
def spread(x):
    shared = x.copy()
    shared.flags.writeable = False
    answer = center(shared)
    center(shared[::-1])
    answer[...] = 0
    return float(np.sqrt((answer * answer).mean()))
""",
    earns={"center": 0, "spread": 0},
)
