"""Hand-ins with a mistake in a function, which costs what that function is worth and no more."""

from __future__ import annotations

import json
import re

from making.example import example
from making.notebook import FULL, OPTIONAL, ROOT, stub


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


@example("rnn_cell_forward remembers its first answer for each size.", rnn_cell_forward=12, worlds={"rnn_forward": "reference"})
def state_kept_between_calls(nb):
    nb.add("answers = {}", after="rnn-cell-forward")
    nb.edit("rnn_cell_forward", ("    ### END CODE HERE ###", "    a_next, yt_pred = answers.setdefault((xt.shape, a_prev.shape), (a_next, yt_pred))\n    ### END CODE HERE ###"))


@example("rnn_cell_forward uses the notebook's `parameters` instead of its argument, lstm_forward the sizes of the notebook's example.", rnn_cell_forward=0, lstm_forward=3, worlds={"rnn_forward": "reference"})
def reads_the_notebooks_globals(nb):
    nb.edit("rnn_cell_forward", ("def rnn_cell_forward(xt, a_prev, parameters):", "def rnn_cell_forward(xt, a_prev, params):"))
    nb.edit("lstm_forward", ("np.zeros((n_a, m, T_x))", "np.zeros((5, 10, T_x))"))


@example("rnn_cell_forward writes every answer into the same array, lstm_forward its caches into the same list.", rnn_cell_forward=19, lstm_forward=26, worlds={"rnn_forward": "reference"})
def answers_overwritten(nb):
    nb.add("rooms, kept = {}, []", after="set-up-imports")
    nb.edit("rnn_cell_forward", ("a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)", "room = rooms.setdefault(a_prev.shape, np.zeros(a_prev.shape))\n    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba, out=room)"))
    nb.edit("lstm_forward", ("    caches = []\n", "    caches = kept\n    caches.clear()\n"))
