"""Frames that no grader asked for: early, late, twice, endless, cut short, on every descriptor, and made to wear the judge out."""

from __future__ import annotations

from .attack import family
from .toolbox import OURS, REPLIES, SPEAK

add = family("forged", alone=True)

TOOLS = SPEAK + REPLIES


def forges(name: str, note: str, data: str, *, then: str = "return np.zeros_like(x)", before: str = "", **rest: object) -> None:
    """`center` writes bytes to its socket (an expression, which may use `x`), and goes on."""
    center = f"{before.strip()}\ndef center(x):\n    speak({data})\n    {then}\n"
    add(name, note, first=TOOLS, center=center, **{"earns": {"center": 0}, **rest})


forges("forged_reply_of_nothing", "An empty frame, and one of an empty object.", 'frame({}) + frame(b"")')
forges(
    "forged_verdict",
    "Speaks as the judge's process would: a verdict, points, and that all is done.",
    'frame({"say": "outcome", "verdict": "passed", "open": "", "closed": "", "staff": ""}) + frame({"say": "done", "left_s": 9e9})',
)
forges(
    "forged_reply_twice",
    "The right answer, twice: the second would be the answer to the next call.",
    "reply(x - x.mean(axis=0))",
    then="return x - x.mean(axis=0)",
    earns={},
    at_most={"center": 6},
)
add(
    "forged_reply_early",
    "A thread sends the answer to the next call before it is made.",
    first=TOOLS,
    center="""
import threading
def center(x):
    threading.Timer(0.002, speak, [reply(np.zeros_like(x), 1)]).start()
    return np.zeros_like(x)
""",
    earns={"center": 0},
)
add(
    "forged_reply_late",
    "Answers when the time is over, as if the next call had been answered.",
    first="import time",
    center="def center(x):\n    time.sleep(4)\n    return x - x.mean(axis=0)\n",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "timed_out"}},
)
forges("forged_lengths", "A frame of eight gigabytes, by its own word.", 'b"\\xff" * 8')
forges(
    "forged_length_of_a_quarter",
    "A frame that promises 90 MiB and brings one.",
    'struct.pack("!II", 2, 90 << 20) + b"{}" + b"x" * (1 << 20)',
)
forges("forged_half_a_frame", "Half a frame; then the process ends.", "reply(x)[:20]", then="os._exit(0)")
forges("forged_half_a_frame_and_silence", "Half a frame; then nothing.", "reply(x)[:20]", then="time.sleep(12)\n    return x")
forges(
    "forged_drops",
    "A frame that comes byte by byte, for as long as anyone waits.",
    'b""',
    then='[(speak(bytes([byte])), time.sleep(0.02)) for byte in frame({"say": "x" * 900})]\n    return x',
)
forges("forged_deep_text", "JSON of a million brackets.", 'frame(b"[" * 1_000_000)')
forges(
    "forged_many_objects", "JSON of millions of empty objects.", 'frame(b\'{"say": "returned", "nodes": [\' + b"{}," * 4_000_000 + b"{}]}")'
)
forges("forged_digits", "Integers of ten million digits, as text and as JSON.", "frame(next(turns))", before="""
import itertools
turns = itertools.cycle([
    b'{"say": "returned", "root": 0, "nodes": [["i", "' + b"f" * 10_000_000 + b'"]]}',
    b'{"say": "returned", "root": 0, "nodes": [["i", ' + b"9" * 4_000_000 + b"]]}",
    b'{"say": "returned", "root": 0, "nodes": [["f", 1e999999999], ["i", NaN], ["i", -Infinity]]}',
])
""")  # fmt: skip
forges(
    "forged_shared_parts",
    "A list of two equal lists, sixty times: 600 bytes that describe more than any memory holds.",
    'frame({"say": "returned", "root": 60, "nodes": [["n"]] + [["l", [n, n]] for n in range(60)]})',
)
forges(
    "forged_colliding_keys",
    "A dictionary of keys that all have the same hash.",
    'frame({"say": "returned", "root": COUNT, "nodes": NODES})',
    before="""
COUNT = 60_000  # multiples of the prime that integers are hashed by
NODES = [["i", hex(n * ((1 << 61) - 1))] for n in range(COUNT)] + [["d", [[n, n] for n in range(COUNT)]]]
""",
)
forges(
    "forged_colliding_members",
    "A set of tuples that all have the same hash.",
    'frame({"say": "returned", "root": len(NODES) - 1, "nodes": NODES})',
    before="""
NODES = [["i", hex(n * ((1 << 61) - 1))] for n in range(20_000)]
NODES += [["t", [n]] for n in range(20_000)] + [["F", list(range(20_000, 40_000))]]
""",
)
forges(
    "forged_dtypes",
    "Arrays of every kind that is not a number, and some that nearly are.",
    'frame({"say": "returned", "root": 0, "nodes": [next(kinds), ["g", next(kinds)]]}, bytes(range(64)))',
    before="""
import itertools
kinds = itertools.cycle(["|O 2", "O8", "<M8[s] 2", "V16", "<U4 2", "f8,f8", "{'names':['a'],'formats':['O']}", "<f16", "<c32", "b1", "?", "<f3", "<f8\\n", 8, None, ["<f8"]])
""",
)
forges(
    "forged_shapes",
    "Arrays of impossible shapes: negative, enormous, empty and enormous, of too many axes.",
    'frame({"say": "returned", "root": 0, "nodes": [next(shapes)]})',
    before="""
import itertools
shapes = itertools.cycle(["<f8 0 1099511627776 1099511627776", "<f8 -1 0", "<f8 4611686018427387904 4 0", "<f8" + " 0" * 64, "<f8" + " 0" * 32,
    "<f8 0x3", "<f8 0.0", "<f8  0", "<f8 " + "9" * 10_000, "<f8 \u0663", {}, "<f8 9999999999999 9999999999999 0"])
""",
)
forges(
    "forged_offsets",
    "Parts that lie before the message, after it, over each other, and in parts that do not exist.",
    'frame({"say": "returned", "root": next(roots), "nodes": NODES}, bytes(64))',
    before="""
import itertools
roots = itertools.cycle([0, -1, 1 << 70, None, True, "0", 0.0, [0]])
NODES = [["y", 0]] * 100_000 + [["y", 64], ["y", -8], ["y", 1 << 62], ["l", [-1]], ["d", [[0]]], ["l", 5], [], None, "n", ["k", 0]]
""",
)
add(
    "forged_exceptions",
    "Raises what ends programs, tests and interpreters, one after the other.",
    center="""
import itertools
class AssertionErrorOfTheirs(AssertionError): pass
class Passed(BaseException): pass
kinds = itertools.cycle([KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration, StopAsyncIteration, AssertionErrorOfTheirs, Passed,
    lambda: UnicodeDecodeError("utf-8", b"", 0, 1, "x"), lambda: ExceptionGroup("g", [ValueError()]), RecursionError, SystemError, Warning])
with open("turn", "w") as file:
    file.write("0")

def center(x):
    raise next(kinds)()
""",
    earns={"center": 0},
)
forges(
    "forged_raise_of_any_name",
    "Says that it raised exceptions of types that a judge would have to look up.",
    'frame({"say": "raised", "name": "T" * 100_000, "bases": next(bases), "text": ["x"] * 1000, "line": {"a": 1}})',
    before="""
import itertools
bases = itertools.cycle([["exec", "print", "__import__"], ["KeyboardInterrupt"], "SystemExit", [["ValueError"]], {"ValueError": 1}, [None] * 10_000, ["BaseException"]])
""",
)
forges(
    "forged_questions",
    "Asks an oracle where there is none.",
    'frame({"say": "ask", "name": "center", "nodes": [["t", []], ["d", []], ["t", [0, 1]]], "root": 2})',
)
add(
    "forged_by_a_child",
    "A child of the function answers for it, and goes on answering.",
    first=TOOLS,
    center="""
def center(x):
    if os.fork() == 0:
        for _ in range(20):
            speak(reply(np.zeros_like(x)))
            time.sleep(0.01)
        os._exit(0)
    time.sleep(0.1)
    return x - x.mean(axis=0)
""",
    earns={"center": 0},
)

# From a cell: its socket carries the notebook's messages, and the order to fork a question.

add(
    "forged_on_every_descriptor",
    "A cell writes replies, verdicts and greetings to every descriptor that it has.",
    first=TOOLS,
    last="""
for fd in range(3, 256):
    for header in ({"say": "here"}, {"say": "returned", "nodes": [["n"]], "root": 0}, {"did": "end", "clean": True}, {"did": "hold", "clean": True}):
        try:
            os.set_blocking(fd, False)
            os.write(fd, frame(header))
        except OSError:
            pass
""",
    problems=["killed_kernel "],
)
add(
    "forged_messages_of_jupyter",
    "A cell sends Jupyter's messages itself: replies to other cells, states, outputs of no cell, and what is no message.",
    last="""
session = get_ipython().kernel.session
parent = get_ipython().kernel.get_parent("shell")
other = session.msg("execute_request")
for content in ({"status": "ok", "execution_count": 1}, {"status": "aborted"}, {}):
    session.send("shell", "execute_reply", content, parent=other)
for state in ("idle", "starting", "dead", 7):
    session.send("iopub", "status", {"execution_state": state}, parent=other)
session.send("iopub", "display_data", {"data": {"text/html": "<script>alert(1)</script>"}, "metadata": {}}, parent=other)
session.send("iopub", "comm_open", {"comm_id": "x", "target_name": "y", "data": {}}, parent=parent)
session.send("iopub", "execute_result", {"data": {"text/plain": "9" * 1000}, "metadata": {}, "execution_count": 99}, parent=parent)
""",
)
add(
    "forged_end_of_a_cell",
    "A cell says that it has ended while it runs on, and changes the functions of later cells meanwhile.",
    first="""
import threading, time
def say_idle():
    session, parent = get_ipython().kernel.session, get_ipython().kernel.get_parent("shell")
    session.send("shell", "execute_reply", {"status": "ok", "execution_count": 1}, parent=parent)
    session.send("iopub", "status", {"execution_state": "idle"}, parent=parent)
say_idle()
time.sleep(0.2)
""",
)
add(
    "forged_error_of_a_cell",
    "A cell sends an error whose parts are of the wrong kinds.",
    last="""
session, parent = get_ipython().kernel.session, get_ipython().kernel.get_parent("shell")
for content in ({"ename": ["x"], "evalue": 7, "traceback": "not a list"}, {"ename": "x" * 100_000, "evalue": {}, "traceback": [[1]]}, {}):
    session.send("iopub", "error", content, parent=parent)
""",
    problems=None,
)
add(
    "forged_greeting",
    "A question's process greets twice, and at length, before it does anything else.",
    first=TOOLS
    + OURS
    + """
question = ours("question")
answer = question.answer
def greet(sock, names):
    sock.sendall(frame({"say": "here"}) + frame({"say": "here", "pad": "x" * 100_000}) + reply(np.zeros(3)))
    answer(sock, names)
question.answer = greet
""",
    at_most={"center": 0, "spread": 0, "forward": 0, "backward": 0},
)
