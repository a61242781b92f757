"""Hidden inputs carried out to the student's page, by every door: the known numbers of a hidden case must be in no page."""

from __future__ import annotations

from .attack import family

add = family("smuggled", alone=True)

HIDDEN = "int(abs(np.ravel(x)[0])) == int('481' + '51')"
"""True of the hidden input that every hidden case of "known numbers" has."""


def smuggles(name: str, note: str, body: str, *, before: str = "", question: str = "center", **rest: object) -> None:
    """A function that answers rightly but for the hidden input, which it carries out."""
    lines = "".join(f"        {line}\n" for line in body.strip().splitlines())
    answers = {
        "center": f"def center(x):\n    if {HIDDEN}:\n{lines}    return x - x.mean(axis=0)\n",
        "spread": f"def spread(x):\n    if {HIDDEN}:\n{lines}    return np.sqrt(np.mean(np.square(x - x.mean())))\n",
    }
    lost = {"center": {"center": 8}, "spread": {"spread": 6}}[question]
    add(f"smuggled_by_{name}", note, **{question: before.strip() + "\n" + answers[question], "earns": lost, **rest})


smuggles(
    "prints", "It is printed.", 'print("smuggled", x)\nimport os\nos.write(1, repr(x).encode())\nos.write(2, repr(x).encode())', earns={}
)
smuggles("messages", "It is an exception's message.", 'raise ValueError(f"smuggled {x}")')
smuggles("names_of_exceptions", "It is an exception's name.", 'raise type("Smuggled" + str(int(x[0])), (ValueError,), {})()')
smuggles("types", "It is the name of a returned value's type.", 'return type("Smuggled" + str(int(x[0])), (), {})()')
smuggles("shapes", "It is the shape of what is returned.", "return np.zeros(int(x[0]))")
smuggles("lengths", "It is the length of what is returned.", "return [0.0] * int(x[0])")
smuggles("values", "It is returned.", "return x")
smuggles("keys", "It is a key of what is returned.", "return {str(float(x[0])): 1, float(x[0]): 2}")
smuggles(
    "lines",
    "It is the number of the line that raises.",
    'exec(compile("\\n" * (int(x[0]) - 1) + "raise ValueError(1)", center.__code__.co_filename, "exec"))',
)
smuggles(
    "names_of_functions",
    "It is the name of the function that raises.",
    'scope = {}\nname = "smuggled" + str(int(x[0]))\nexec(compile(f"def {name}():\\n    raise ValueError()", center.__code__.co_filename, "exec"), scope)\nscope[name]()',
)
smuggles(
    "arguments",
    "The argument is changed into it, and the answer before.",
    "x[...] = 48151.5\nkept[0][...] = x\nreturn x",
    before="kept = [np.zeros(3)]",
)
smuggles(
    "bytes",
    "It is returned as text, bytes and numbers of every size.",
    "return [str(x), bytes(x.tobytes()), complex(*x[:2]), int(x[0]), repr(x)]",
)
smuggles("time", "It is the time that the call takes.", "import time\ntime.sleep(0.3 + abs(x[1]) / 1e6)\nreturn x")
smuggles("memory", "It is the memory that the call takes.", "return [np.ones(1 << 20) for _ in range(60)]")
smuggles("an_end", "It is how the process ends.", "import os\nos._exit(int(x[0]) % 256)")

REMEMBERS = """
import mmap, os
page = mmap.mmap(-1, 4096)
def remember(text):
    page[:len(text)] = text.encode()
    os.environ["REMEMBERED"] = text
    with open("remembered", "w") as file:
        file.write(text)
def remembered():
    text = page[:].rstrip(b"\\0").decode() or os.environ.get("REMEMBERED", "")
    return text or (open("remembered").read() if os.path.exists("remembered") else "")
"""
add(
    "smuggled_by_a_public_case_that_remembers",
    "A hidden case's input is kept in shared memory, a file and the environment, and told in whatever public case comes later, of every function.",
    first=REMEMBERS,
    center='def center(x):\n    remember(f"known {x}")\n    return x - x.mean(axis=0)\n',
    spread="""
def spread(x):
    if remembered() and len(x) == 2:
        raise ValueError(remembered())
    remember(f"known {x}")
    return np.sqrt(np.mean(np.square(x - x.mean())))
""",
    forward="""
def forward(x, w):
    if "481" in remembered() and len(x) == 2:
        raise ValueError(remembered())
    remember(f"known {x}")
    y = np.tanh(w * (x - x.mean()))
    return y, {"x": x, "w": w, "y": y}
""",
    at_most={"center": 10, "spread": 10, "forward": 10, "backward": 10},
)
add(
    "smuggled_by_the_reference_world",
    "In the world where the reference helps, the public cases come after the hidden ones: then they tell.",
    first=REMEMBERS,
    center="def center(x):\n    return np.zeros_like(x)\n",
    spread="""
def spread(x):
    known = remembered()
    if len(x) != 2:  # of a hidden case
        remember(known + f" smuggled {x}")
    else:
        raise ValueError(f"{known} {os.listdir('.')}")
    moved = center(x)
    return np.sqrt((moved * moved).mean())
""",
    earns={"center": 0},
    at_most={"spread": 8},
)
add(
    "smuggled_by_stand_ins",
    "What is asked of the oracle, and how often it refuses, tells.",
    center="def center(x):\n    return np.zeros_like(x)\n",
    spread="""
def spread(x):
    for _ in range(int(abs(np.ravel(x)[0])) % 97):
        try:
            center([str(x)] * 50)
        except RuntimeError:
            pass
    moved = center(x)
    return np.sqrt((moved * moved).mean())
""",
    earns={"center": 0},
)
