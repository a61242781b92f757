"""Writes `examples/submissions/`: what students hand in, and beside it what each question is worth.

    python examples/make_submissions.py [FOLDER]

Starts from the assignment's notebook with the reference in its stubs, and edits that, as a student's mistake would. Every edit must
apply, and the same sources give the same bytes. `expected.json` is what we say a submission is worth, worked out from the cases'
points; a test grades them all and compares.
"""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FULL = {"rnn_cell_forward": 20, "rnn_forward": 25, "lstm_cell_forward": 25, "lstm_forward": 30}
OPTIONAL = ("rnn_cell_backward", "rnn_backward", "lstm_cell_backward", "lstm_backward")
BETWEEN = re.compile(r"(    ### START CODE HERE ###[^\n]*\n).*?(    ### END CODE HERE ###)", re.DOTALL)


@dataclass
class Notebook:
    """A hand-in while it is being made: code and text cells in order, and what is written beside it."""

    document: dict
    beside: dict[str, str] = field(default_factory=dict)
    name: str = "building_a_recurrent_neural_network.ipynb"

    @property
    def cells(self) -> list[dict]:
        return self.document["cells"]

    def cell(self, identifier: str) -> dict:
        """The cell with this id, as the assignment gives it."""
        return next(cell for cell in self.cells if cell["id"] == identifier)

    def function(self, name: str) -> dict:
        """The cell that defines a graded or optional function."""
        return self.cell(name.replace("_", "-"))

    def edit(self, name: str, *pairs: tuple[str, str]) -> None:
        """Replace text in a function's cell; each must be there."""
        cell = self.function(name)
        for before, after in pairs:
            assert before in cell["source"], f"{name} does not contain {before!r}"
            cell["source"] = cell["source"].replace(before, after)

    def body(self, name: str, text: str) -> None:
        """Put other lines between a function's markers."""
        cell = self.function(name)
        lines = "".join(f"    {line}\n" if line else "\n" for line in text.strip("\n").split("\n"))
        cell["source"] = BETWEEN.sub(lambda match: match[1] + lines + match[2], cell["source"])

    def remove(self, *identifiers: str) -> None:
        """Delete cells by id."""
        for identifier in identifiers:
            self.cells.remove(self.cell(identifier))

    def without_optional_part(self) -> None:
        """Delete every cell from the optional part's first function to the hand-in."""
        first = self.cells.index(self.function("rnn_cell_backward"))
        del self.cells[first:]

    def add(self, source: str, *, after: str | None = None) -> None:
        """Add a code cell at the end, or after the cell of an id."""
        cell = {"cell_type": "code", "execution_count": None, "id": f"added-{len(self.cells)}", "metadata": {}, "outputs": [], "source": source}
        place = len(self.cells) if after is None else self.cells.index(self.cell(after)) + 1
        self.cells.insert(place, cell)


@dataclass
class Example:
    """One folder of examples/submissions."""

    note: str
    make: Callable[[Notebook], None]
    points: dict[str, float] = field(default_factory=dict)
    worlds: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)


EXAMPLES: dict[str, Example] = {}


def example(note: str, *, worlds: dict[str, str] | None = None, verdicts: dict[str, dict[str, str]] | None = None, **points: float):
    """Register an example under its function's name; questions that are not named earn everything."""

    def register(make: Callable[[Notebook], None]) -> Callable[[Notebook], None]:
        EXAMPLES[make.__name__] = Example(note, make, points, worlds or {}, verdicts or {})
        return make

    return register


# --------------------------------------------------------------------------------------------------------------------- right


@example("Everything is right, the optional part too.", verdicts={name: {"any sizes": "passed"} for name in ("rnn_cell_backward", "lstm_cell_backward")})
def perfect(nb):
    pass


@example("Right in other styles: einsum, @, a list of columns stacked at the end, lists for tuples, a float32 array on the way.")
def perfect_in_other_styles(nb):
    nb.body("rnn_cell_forward", """
z = np.einsum("ij,jk->ik", Wax, xt) + np.einsum("ij,jk->ik", Waa, a_prev) + ba
a_next = (np.exp(2 * np.clip(z, -300, 300)) - 1) / (np.exp(2 * np.clip(z, -300, 300)) + 1)
yt_pred = softmax(np.einsum("ij,jk->ik", Wya, a_next) + by)
""")
    nb.edit("rnn_cell_forward", ("cache = (a_next, a_prev, xt, parameters)", "cache = [a_next, a_prev, xt, parameters]"))
    nb.body("rnn_forward", """
states, predictions, a_next = [], [], a0
for step in np.moveaxis(x, 2, 0):
    a_next, yt_pred, cache = rnn_cell_forward(step, a_next, parameters)
    states.append(a_next)
    predictions.append(yt_pred)
    caches = caches + [cache]
a, y_pred = np.stack(states, axis=-1), np.stack(predictions, axis=-1)
""")
    nb.body("lstm_forward", """
n_x, m, T_x = x.shape
n_y, n_a = parameters["Wy"].shape
a = np.empty((n_a, m, T_x), dtype=np.float32)
c = np.asfortranarray(np.empty((n_a, m, T_x)))
y = np.empty((T_x, n_y, m)).transpose(1, 2, 0)
a_next, c_next = a0, np.zeros_like(a0)
for t in range(T_x):
    a_next, c_next, y[:, :, t], cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
    a[:, :, t], c[:, :, t] = a_next, c_next
    caches.append(cache)
""")


@example("Right; the file was renamed by the browser and the student.")
def renamed_file(nb):
    nb.name = "Untitled3 (final) (2).ipynb"


@example("Right; the optional part was deleted.", verdicts={"rnn_backward": {"any sizes, any length": "missing"}})
def optional_missing(nb):
    nb.without_optional_part()


@example("Right; the optional part was left as it came, so its cells stop.")
def optional_untouched(nb):
    for name in OPTIONAL:
        nb.function(name)["source"] = stub(name)


@example("Right but for the optional part, which is wrong.", verdicts={"rnn_cell_backward": {"any sizes": "failed"}, "lstm_backward": {"any sizes, any length": "failed"}})
def optional_wrong(nb):
    nb.edit("rnn_cell_backward", ("1 - a_next**2", "1 - a_next"))
    nb.edit("lstm_backward", ("reversed(range(T_x))", "range(T_x)"))


@example("Right; a kernel of another language, tags and old outputs are in the file.")
def foreign_metadata(nb):
    nb.document["metadata"]["kernelspec"] = {"display_name": "Python 2", "language": "python", "name": "python2"}
    for cell in nb.cells:
        if cell["cell_type"] == "code":
            cell["metadata"] = {"tags": ["skip-execution", "raises-exception", "otter_ignore"], "otter": {"tests": ["rnn_forward"], "ignore": True}}
            cell["execution_count"] = 7
            cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["an old output\n"]}]


@example("Right; all functions were moved to the end, the last one first.")
def moved_and_reordered(nb):
    for name in ("lstm_forward", "lstm_cell_forward", "rnn_forward", "rnn_cell_forward"):
        cell = nb.function(name)
        nb.cells.remove(cell)
        nb.cells.append(cell)


@example("A wrong first attempt is still in the notebook; the definition below it is right.")
def duplicate_definition(nb):
    nb.add(nb.function("rnn_cell_forward")["source"], after="rnn-cell-forward-try")
    nb.edit("rnn_cell_forward", ("np.tanh", "sigmoid"))


@example("Right; names of builtins are used for data after the functions.")
def builtins_rebound(nb):
    nb.add("list = [1, 2, 3]\nopen, high, low, close = 1.0, 2.0, 0.5, 1.5\nlen = sum = print = isinstance = None\n")


@example("Right; two cells of the student's own fail in the middle.")
def cells_raise_in_the_middle(nb):
    nb.add("1 / 0", after="rnn-cell-forward")
    nb.add("print(undefined_name)", after="lstm-cell-forward")


@example("Right; a cell of the student's own loops for ever.")
def endless_loop_in_a_cell(nb):
    nb.add("count = 0\nwhile True:\n    count += 1", after="rnn-forward")


@example("Right; a cell of the student's own kills its kernel.")
def exit_in_a_cell(nb):
    nb.add("import os\nos._exit(0)", after="lstm-cell-forward")


@example("Right; debugging prints were left in, and one cell prints megabytes.")
def flood_of_prints(nb):
    nb.edit("rnn_cell_forward", ("    ### START CODE HERE ###", "    for _ in range(10):\n        print('debug', xt.shape, a_prev)\n    ### START CODE HERE ###"))
    nb.add("for number in range(40_000):\n    print('a long line ' * 10, number)")


@example("Right; a rnn_utils.py of the student's own, with a wrong sigmoid, lies beside the notebook. Ours is used.")
def own_rnn_utils(nb):
    nb.beside["rnn_utils.py"] = "import numpy as np\n\n\ndef softmax(z):\n    return z\n\n\ndef sigmoid(z):\n    return np.tanh(z)\n\n\ndef check_filled_in(*names, **values):\n    pass\n"


# ------------------------------------------------------------------------------------------------------ one function wrong


@example("rnn_cell_forward forgets its bias; rnn_forward, which calls it, loses nothing.", rnn_cell_forward=1, worlds={"rnn_forward": "reference"})
def rnn_cell_wrong(nb):
    nb.edit("rnn_cell_forward", (" + ba)", ")"))


@example("rnn_forward starts every step from the initial state.", rnn_forward=4)
def rnn_forward_wrong(nb):
    nb.edit("rnn_forward", ("rnn_cell_forward(x[:, :, t], a_next, parameters)", "rnn_cell_forward(x[:, :, t], a0, parameters)"))


@example("lstm_cell_forward confuses the forget and the update gate.", lstm_cell_forward=1, worlds={"lstm_forward": "reference"})
def lstm_cell_wrong(nb):
    nb.edit("lstm_cell_forward", ("ft * c_prev + it * cct", "it * c_prev + ft * cct"))


@example("lstm_forward starts the memory from the hidden state instead of zeros.", lstm_forward=2)
def lstm_forward_wrong(nb):
    nb.edit("lstm_forward", ("c_next = np.zeros((n_a, m))", "c_next = a0"))


@example("Both cells are wrong, both loops are right.", rnn_cell_forward=1, lstm_cell_forward=2, worlds={"rnn_forward": "reference", "lstm_forward": "reference"})
def both_cells_wrong(nb):
    nb.edit("rnn_cell_forward", ("np.tanh", "sigmoid"))
    nb.edit("lstm_cell_forward", ("ot * np.tanh(c_next)", "ot * c_next"))


@example("Both cells were deleted; the loops that call them are right.", rnn_cell_forward=0, lstm_cell_forward=0, worlds={"rnn_forward": "reference", "lstm_forward": "reference"}, verdicts={"rnn_cell_forward": {"any sizes": "missing"}})
def helpers_missing(nb):
    nb.remove("rnn-cell-forward", "lstm-cell-forward")


@example("rnn_cell_forward raises; the rest is right.", rnn_cell_forward=0, worlds={"rnn_forward": "reference"}, verdicts={"rnn_cell_forward": {"any sizes": "error"}})
def helper_raises(nb):
    nb.body("rnn_cell_forward", "raise NotImplementedError('to do')\na_next = yt_pred = None")


@example("The cell of rnn_forward does not compile.", rnn_forward=0, verdicts={"rnn_forward": {"any sizes, any length": "missing"}})
def syntax_error(nb):
    nb.edit("rnn_forward", ("for t in range(T_x):", "for t in range(T_x)"))


@example("The helpers are held by default argument, alias and closure while they are wrong.", rnn_cell_forward=1, lstm_cell_forward=2, worlds={"rnn_forward": "reference", "lstm_forward": "reference"})
def helpers_held_otherwise(nb):
    both_cells_wrong(nb)
    nb.edit("rnn_forward", ("def rnn_forward(x, a0, parameters):", "def rnn_forward(x, a0, parameters, step=rnn_cell_forward):"), (" = rnn_cell_forward(", " = step("))
    nb.add("def with_step(step):\n    def take(*arguments):\n        return step(*arguments)\n\n    return take\n\n\none_step = with_step(lstm_cell_forward)", after="lstm-cell-forward")
    nb.edit("lstm_forward", (" = lstm_cell_forward(", " = one_step("))


@example("rnn_cell_forward is wrong and rnn_cell_backward right: it is judged with caches from a right forward pass.", rnn_cell_forward=1, worlds={"rnn_forward": "reference", "rnn_cell_backward": "reference"}, verdicts={"rnn_cell_backward": {"any sizes": "passed"}})
def wrong_forward_right_backward(nb):
    nb.edit("rnn_cell_forward", (" + ba)", " + 2 * ba)"))


@example("The release, as it came.", rnn_cell_forward=0, rnn_forward=0, lstm_cell_forward=0, lstm_forward=0)
def untouched(nb):
    for name in (*FULL, *OPTIONAL):
        nb.function(name)["source"] = stub(name)


# ----------------------------------------------------------------------------------------------------------- wrong answers


@example("rnn_forward has no return.", rnn_forward=0)
def returns_none(nb):
    nb.edit("rnn_forward", ("    return a, y_pred, caches", ""))


@example("rnn_cell_forward returns lists of lists instead of arrays; its cache is right.", rnn_cell_forward=4, worlds={"rnn_forward": "reference"})
def returns_lists(nb):
    nb.edit("rnn_cell_forward", ("return a_next, yt_pred, cache", "return a_next.tolist(), yt_pred.tolist(), cache"))


@example("lstm_forward puts the time axis first.", lstm_forward=7)
def wrong_shape(nb):
    nb.edit("lstm_forward", ("    return a, y, c, caches", "    return np.moveaxis(a, 2, 0), np.moveaxis(y, 2, 0), np.moveaxis(c, 2, 0), caches"))


@example("tanh was written with exponentials, which overflow: nan for large inputs.", lstm_cell_forward=23, worlds={"lstm_forward": "reference"})
def nan_for_large_inputs(nb):
    nb.edit("lstm_cell_forward", ("cct = np.tanh(Wc @ concat + bc)", "z = Wc @ concat + bc\n    cct = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))"))


@example("The expected outputs were typed in.", rnn_cell_forward=2, rnn_forward=3)
def hard_coded(nb):
    outputs = json.loads((ROOT / "tests" / "cases" / "printed_outputs.json").read_text())
    number = {name: {row["label"]: re.sub(r"(?<=\d)\s+(?=-?\d)", ", ", row["value"]) for row in rows} for name, rows in outputs.items()}
    cell, sequence = number["rnn_cell_forward"], number["rnn_forward"]
    nb.body("rnn_cell_forward", f"a_next, yt_pred = np.zeros((5, 10)), np.zeros((2, 10))\na_next[4] = {cell['a_next[4]']}\nyt_pred[1] = {cell['yt_pred[1]']}")
    nb.body("rnn_forward", f"a, y_pred = np.zeros((5, 10, 4)), np.zeros((2, 10, 4))\na[4][1] = {sequence['a[4][1]']}\ny_pred[1][3] = {sequence['y_pred[1][3]']}\ncaches = [None] * 4")


@example("rnn_cell_forward keeps the two states in the wrong order; only that costs.", rnn_cell_forward=16, worlds={"rnn_forward": "reference"})
def cache_wrong_only(nb):
    nb.edit("rnn_cell_forward", ("cache = (a_next, a_prev, xt, parameters)", "cache = (a_prev, a_next, xt, parameters)"))


@example("Both loops forget caches.append(cache).", rnn_forward=18, lstm_forward=23)
def forgotten_append(nb):
    for name in ("rnn_forward", "lstm_forward"):
        nb.edit(name, ("        caches.append(cache)\n", ""))


@example("caches.append(caches): a list that holds itself.", rnn_forward=19)
def appended_itself(nb):
    nb.edit("rnn_forward", ("caches.append(cache)", "caches.append(caches)"))


@example("lstm_cell_forward updates the old memory in place.", lstm_cell_forward=18, worlds={"lstm_forward": "reference"})
def arguments_modified(nb):
    nb.edit("lstm_cell_forward", ("c_next = ft * c_prev + it * cct", "c_prev *= ft\n    c_prev += it * cct\n    c_next = c_prev"))


@example("The initial state is a view of the output array, so the first cached state is overwritten.", rnn_forward=19)
def initial_state_is_a_view(nb):
    nb.edit("rnn_forward", ("    a_next = a0\n", "    a_next = a[:, :, 0]\n    a_next[:] = a0\n"))


@example("rnn_cell_forward remembers its first answer for each size.", rnn_cell_forward=10, worlds={"rnn_forward": "reference"})
def state_kept_between_calls(nb):
    nb.add("answers = {}", after="rnn-cell-forward")
    nb.edit("rnn_cell_forward", ("    ### END CODE HERE ###", "    a_next, yt_pred = answers.setdefault((xt.shape, a_prev.shape), (a_next, yt_pred))\n    ### END CODE HERE ###"))


@example("rnn_cell_forward uses the notebook's `parameters` instead of its argument, lstm_forward the sizes of the notebook's example.", rnn_cell_forward=0, lstm_forward=3, worlds={"rnn_forward": "reference"})
def reads_the_notebooks_globals(nb):
    nb.edit("rnn_cell_forward", ("def rnn_cell_forward(xt, a_prev, parameters):", "def rnn_cell_forward(xt, a_prev, params):"))
    nb.edit("lstm_forward", ("np.zeros((n_a, m, T_x))", "np.zeros((5, 10, T_x))"))


# -------------------------------------------------------------------------------------------------- time, memory, processes


@example("lstm_forward never counts up.", lstm_forward=0, verdicts={"lstm_forward": {"any sizes, any length": "timed_out", "no memory between calls": "timed_out"}})
def endless_loop_in_a_function(nb):
    nb.edit("lstm_forward", ("    for t in range(T_x):", "    t = 0\n    while t < T_x:"), ("caches.append(cache)", "caches[t:] = [cache]"))
    nb.without_optional_part()


@example("rnn_forward collects arrays without end.", rnn_forward=0, verdicts={"rnn_forward": {"any sizes, any length": "out_of_memory"}})
def runaway_memory(nb):
    nb.body("rnn_forward", "a, y_pred, hoard = None, None, []\nwhile True:\n    hoard.append(np.ones((1000, 8000)))")
    nb.without_optional_part()


@example("lstm_cell_forward calls sys.exit().", lstm_cell_forward=0, worlds={"lstm_forward": "reference"}, verdicts={"lstm_cell_forward": {"any sizes": "error"}})
def sys_exit_in_a_function(nb):
    nb.edit("lstm_cell_forward", ("    ### END CODE HERE ###", "    import sys\n    sys.exit()\n    ### END CODE HERE ###"))


@example("rnn_cell_forward ends its process, and with it every cell that calls it.", rnn_cell_forward=0, worlds={"rnn_forward": "reference"}, verdicts={"rnn_cell_forward": {"any sizes": "error"}})
def os_exit_in_a_function(nb):
    nb.edit("rnn_cell_forward", ("    ### END CODE HERE ###", "    import os\n    os._exit(1)\n    ### END CODE HERE ###"))


# ------------------------------------------------------------------------------------------------------------------ cheats


@example("rnn_cell_forward asks rnn_forward for the answer, by every name and frame it can find, and else gives up.", rnn_cell_forward=0, worlds={"rnn_forward": "reference"})
def asks_another_function(nb):
    nb.function("rnn_cell_forward")["source"] = '''
# GRADED FUNCTION: rnn_cell_forward
busy = False


def rnn_cell_forward(xt, a_prev, parameters):
    import gc
    import sys

    global busy
    if busy:
        raise RuntimeError("nobody knows")
    busy = True
    askers, frame = [globals().get("rnn_forward"), globals().get("rnn_cell_forward")], sys._getframe()
    while frame:
        askers += [frame.f_globals.get("rnn_forward"), frame.f_locals.get("ask"), frame.f_locals.get("function")]
        frame = frame.f_back
    askers += [thing for thing in gc.get_objects() if getattr(thing, "__name__", "") in ("ask", "stand_in", "rnn_forward")]
    try:
        for asker in askers:
            try:
                a, y, caches = asker(xt[:, :, None], a_prev, parameters)
                return a[:, :, 0], y[:, :, 0], caches[0][0]
            except Exception:
                pass
            try:
                return asker(xt, a_prev, parameters)
            except Exception:
                pass
    finally:
        busy = False
    raise RuntimeError("nobody knows")
'''.strip()


@example("rnn_cell_forward and rnn_forward search their process for tests, answers and files, and else give up.", rnn_cell_forward=0, rnn_forward=0)
def searches_for_answers(nb):
    nb.add('''
import gc, os, sys


def search(*hints):
    """Something in this process, or a file it may read, that looks like a test, a solution or an expected value."""
    for name, module in list(sys.modules.items()):
        if "otter" in name or "solution" in name or "recurrent" in name:
            return module
    for thing in gc.get_objects():
        if callable(thing) and getattr(thing, "__name__", "").startswith(("test_any", "test_special", "test_large")):
            return thing
        if type(thing) is dict and any(type(key) is str and key.startswith("gradients[") for key in thing):
            return thing
    frame = sys._getframe()
    while frame:
        if any(name in frame.f_locals for name in ("expected", "reference", "rng")):
            return frame.f_locals
        frame = frame.f_back
    for top in (".", "..", os.path.expanduser("~"), "/tmp", "/home", "/mnt", "/srv", "/proc/self", "/proc/1"):
        for folder, _, names in os.walk(top):
            for name in names:
                if name.endswith((".zip", "plan.json", "recurrent_network.py", "printed_outputs.json", "environ")):
                    try:
                        return open(os.path.join(folder, name)).read()
                    except OSError:
                        pass
    return None
'''.strip(), after="set-up-imports")
    for name, results in (("rnn_cell_forward", "a_next, yt_pred"), ("rnn_forward", "a, y_pred, caches")):
        nb.body(name, f'found = search("{name}")\nassert found is not None, "nothing was found"\n{results} = found, found{", found" if name == "rnn_forward" else ""}')


# --------------------------------------------------------------------------------------------------------------------- writing


def assignment() -> dict:
    """The assignment's notebook, cells' sources as one text each."""
    document = json.loads((ROOT / "assignment" / "building_a_recurrent_neural_network.ipynb").read_text())
    for cell in document["cells"]:
        cell["source"] = "".join(cell["source"])
    return document


def stub(name: str) -> str:
    """A function's cell as students get it."""
    return Notebook(assignment()).function(name)["source"]


def solved() -> Notebook:
    """The notebook with the reference between all markers."""
    nb = Notebook(assignment())
    solution = (ROOT / "solutions" / "recurrent_network.py").read_text()
    for name in (*FULL, *OPTIONAL):
        text = solution[solution.index(f"def {name}(") :]
        match = BETWEEN.search(text)
        assert match, name
        lines = text[match.end(1) : match.start(2)]
        cell = nb.function(name)
        assert BETWEEN.search(cell["source"]), name
        cell["source"] = BETWEEN.sub(lambda found, lines=lines: found[1] + lines + found[2], cell["source"])
    return nb


def write(folder: Path) -> None:
    """Write every example into its folder; other folders are left alone."""
    base = solved()
    for name, made in EXAMPLES.items():
        nb = copy.deepcopy(base)
        made.make(nb)
        for cell in nb.cells:
            cell["source"] = cell["source"].splitlines(keepends=True)
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        (target / nb.name).write_text(json.dumps(nb.document, indent=1, ensure_ascii=False) + "\n")
        for file, text in nb.beside.items():
            (target / file).write_text(text)
        questions = {**FULL, **dict.fromkeys(OPTIONAL, 0), **made.points}
        expected = {"note": made.note, "questions": questions}
        if made.worlds:
            expected["worlds"] = made.worlds
        if made.verdicts:
            expected["verdicts"] = made.verdicts
        (target / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "submissions")
