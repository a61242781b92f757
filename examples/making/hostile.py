"""Hand-ins that use up time or memory, end their process, or look for the answers."""

from __future__ import annotations

from making.example import example


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
