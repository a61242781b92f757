"""Hand-ins that earn everything, however they look."""

from __future__ import annotations

from making.example import example
from making.notebook import OPTIONAL, stub


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


@example("Right; handed in as the zip that the notebook's last cell makes.")
def handed_in_as_zip(nb):
    nb.zipped = "building_a_recurrent_neural_network_2026_11_24T18_30_00_000000.zip"


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


@example("Right; the functions say numpy, and afterwards np and names of builtins are used for data.")
def names_rebound(nb):
    for name in ("rnn_cell_forward", "rnn_forward", "lstm_cell_forward", "lstm_forward"):
        nb.edit(name, ("np.", "numpy."))
    nb.add("import numpy", after="set-up-imports")
    nb.add("np = 10  # number of points")
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
