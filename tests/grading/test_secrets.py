"""Whatever a student's notebook searches in its process, tests and answers are not there."""

from __future__ import annotations

from .course import RIGHT_DOUBLE, RIGHT_POWER, Course

# Searches everything a Python process can reach of itself, in the notebook and inside a graded function, and says which of
# the needles it found. The needles are split so that the notebook's own text is not what is found.
SEARCH = """
def search(parent_is_ours=True):
    import ctypes, gc, os, sys
    needles = ["".join(parts) for parts in (("canary-of-", "the-solution"), ("canary-of-", "the-tests"), ("any ", "exponent"), ("bundle", ".zip"))]
    found = set()

    def look(text, where):
        for needle in needles:
            if needle in text:
                found.add((needle, where))

    own = {id(needles), *map(id, needles)}
    for thing in gc.get_objects():
        for part in thing.values() if type(thing) is dict else thing if type(thing) in (list, tuple) else ():
            if type(part) is str and id(part) not in own:
                look(part, "gc")
    for name, module in list(sys.modules.items()):
        look(name, "modules")
        look(str(getattr(module, "__file__", "")), "module files")
        nothing_behind_it = name in ("otter", "otter.test_files") and not hasattr(module, "__file__")
        if name.startswith(("autograder", "otter")) and not nothing_behind_it:
            found.add((name, "imported"))
    frame = sys._getframe().f_back
    while frame:
        look(repr(list(frame.f_locals)) + frame.f_code.co_filename, "frames")
        frame = frame.f_back
    look(repr(dict(os.environ)) + repr(sys.argv) + os.getcwd(), "environment")
    for path in ("/proc/self/environ", "/proc/self/cmdline", "/proc/self/maps", f"/proc/{os.getppid()}/environ", f"/proc/{os.getppid()}/maps"):
        try:
            look(open(path, errors="replace").read(), path)
        except OSError:
            pass
    for top in (".", "..", "/tmp", os.path.expanduser("~"), "/root", "/home", "/etc", "/var", "/dev/shm"):
        for folder, folders, names in os.walk(top):
            if folder.startswith((sys.prefix, sys.base_prefix)):  # the interpreter and its packages: no secret, and large
                folders[:] = names[:] = ()
            for name in names:
                look(os.path.join(folder, name), "files")
                try:
                    look(open(os.path.join(folder, name), errors="replace").read(1 << 20), "contents")
                except OSError:
                    pass
    # The notebook's parent is the submission's init; a question's is the notebook's own process, where nothing is to be found.
    libc = ctypes.CDLL(None, use_errno=True)
    class Vec(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    buffer = ctypes.create_string_buffer(1 << 16)
    for target in (os.getppid(),) if parent_is_ours else ():
        local, remote = Vec(ctypes.addressof(buffer), 1 << 16), Vec(id(needles), 1 << 16)
        if libc.process_vm_readv(target, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
            found.add(("memory", "of the parent"))
    return sorted(found)
"""


def test_a_notebook_that_searches_its_process_finds_no_test_answer_or_bundle(course: Course) -> None:
    result = course.grade(SEARCH, "found = search()\nassert not found, found", RIGHT_DOUBLE, RIGHT_POWER)
    assert [problem.text for problem in result.execution.problems] == []
    assert result.total == 20


def test_a_graded_function_that_searches_while_it_is_called_finds_nothing(course: Course) -> None:
    double = "def double(x):\n    found = search(parent_is_ours=False)\n    assert not found, found\n    return x * 2\n"
    score = course.grade(SEARCH, double, RIGHT_POWER).questions[0]
    assert [case.message for case in score.cases] == ["", "", ""]
    assert score.earned == 10
