"""What one question hears is carried to another, by every channel that two forks of one process can have.

The channels are made by the notebook, before any question is asked, so that only the order of judging, and not the walls alone,
keeps the oracle's answers for `center` from `center` itself.
"""

from __future__ import annotations

from .attack import family
from .toolbox import ASKER, SPEAK, SYSCALLS

add = family("carried")
CARRY = """
def note(key, answer):
    if key.size == 3:  # the known numbers: a channel may be narrow
        put((key.tobytes().hex() + " " + " ".join(repr(float(a)) for a in np.ravel(answer)) + "\\n").encode())

def noted(key):
    for line in get().decode(errors="replace").splitlines():
        begin, _, rest = line.partition(" ")
        if begin == key.tobytes().hex() and rest:
            return np.array([float(part) for part in rest.split()]).reshape(key.shape)
    return None
"""
CENTER_THAT_LOOKS = """
def center(x):
    found = noted(x)
    if found is None:
        raise ValueError("not noted yet")
    return found
"""
SPREAD_THAT_NOTES = """
def spread(x):
    moved = center(x)
    note(x, moved)
    return np.sqrt((moved * moved).mean())
"""


def carries(name: str, note: str, channel: str, *, tools: str = "", problems: object = (), **rest: object) -> None:
    """`spread` hears of `center` from the oracle and notes it; `center` looks there. `channel` defines put(bytes) and get()."""
    add(
        f"carried_by_{name}",
        f"spread's question hears the oracle's answers for center, and hands them to center's question by {note}.",
        first=[tools + channel, CARRY],
        center=CENTER_THAT_LOOKS,
        spread=SPREAD_THAT_NOTES,
        **{"earns": {"center": 0}, "problems": problems, **rest},
    )


carries("file", "a file in its folder, and in every other folder that takes one", """
import os
PLACES = ["heard", "../heard", "/tmp/heard-by-a-stand-in", "/dev/shm/heard-by-a-stand-in", "/var/tmp/heard-by-a-stand-in", os.path.expanduser("~/heard")]
def put(data):
    for place in PLACES:
        try:
            with open(place, "ab") as file:
                file.write(data)
        except OSError:
            pass
def get():
    found = b""
    for place in PLACES:
        try:
            with open(place, "rb") as file:
                found += file.read()
        except OSError:
            pass
    return found
""")  # fmt: skip
carries("shared_memory", "a page that they share", """
import mmap
page = mmap.mmap(-1, 1 << 16)
def put(data):
    end = page[:].rstrip(b"\\0")
    page[len(end):len(end) + len(data)] = data
def get():
    return page[:].rstrip(b"\\0")
""")  # fmt: skip
carries("pipe", "a pipe that the notebook made", """
import os
reads, writes = os.pipe()
os.set_blocking(reads, False)
os.set_blocking(writes, False)
def put(data):
    try:
        os.write(writes, data)
    except OSError:
        pass
def get():
    try:
        data = os.read(reads, 1 << 16)
    except OSError:
        return b""
    put(data)
    return data
""")  # fmt: skip
carries("socket_pair", "a pair of sockets that the notebook made", """
import socket
a, b = socket.socketpair()
a.setblocking(False)
b.setblocking(False)
def put(data):
    try:
        a.send(data)
    except OSError:
        pass
def get():
    try:
        data = b.recv(1 << 16)
    except OSError:
        return b""
    a.send(data)
    return data
""")  # fmt: skip
carries("file_position", "the position of a file that both have open", """
import os
files = [os.open("position", os.O_RDWR | os.O_CREAT) for _ in range(120)]
def put(data):
    at = max((n for n, fd in enumerate(files) if os.lseek(fd, 0, os.SEEK_CUR)), default=-1) + 1
    for start in range(0, len(data), 5):
        if at < len(files):
            os.lseek(files[at], int.from_bytes(data[start:start + 5].ljust(5, b"\\0"), "little"), os.SEEK_SET)
            at += 1
def get():
    return b"".join(os.lseek(fd, 0, os.SEEK_CUR).to_bytes(8, "little").rstrip(b"\\0") for fd in files)
""")  # fmt: skip
carries("lock", "locks on a file that both have open, one byte for each bit", """
import fcntl, os, struct
# Locks of an open file, not of a process: whoever shares the file holds them. They are seen from a second opening.
SET, GET, FREE, WRITE = 37, 36, 2, 1
ours, theirs = os.open("lock", os.O_RDWR | os.O_CREAT), os.open("lock", os.O_RDWR)
def ask(fd, what, kind, at):
    return struct.unpack("hhqqi4x", fcntl.fcntl(fd, what, struct.pack("hhqqi4x", kind, 0, at, 1, 0)))[0]
def put(data):
    for n, byte in enumerate(data[:150]):
        for bit in range(8):
            if byte >> bit & 1:
                ask(ours, SET, WRITE, n * 8 + bit)
def get():
    return bytes(sum((ask(theirs, GET, WRITE, n * 8 + bit) != FREE) << bit for bit in range(8)) for n in range(150)).rstrip(b"\\0")
""")  # fmt: skip
carries("environment", "the environment, the name of the process and its limits", """
import os, resource
def put(data):
    os.environ["HEARD"] = os.environ.get("HEARD", "") + data.decode()
    try:
        with open("/proc/self/comm", "w") as file:
            file.write(data.decode()[:15])
    except OSError:
        pass
def get():
    return os.environ.get("HEARD", "").encode()
""")  # fmt: skip
carries("memory_of_the_kernel", "the memory of the notebook's own process, which forked both", """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
kernel, board = os.getpid(), ctypes.create_string_buffer(1 << 16)
class Vec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
def put(data):
    text = ctypes.create_string_buffer(board.value + data)
    local, remote = Vec(ctypes.addressof(text), len(text)), Vec(ctypes.addressof(board), len(text))
    if libc.process_vm_writev(kernel, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) < 0:
        try:
            with open(f"/proc/{kernel}/mem", "r+b", 0) as memory:
                memory.seek(ctypes.addressof(board))
                memory.write(text.raw)
        except OSError:
            pass
def get():
    return board.value
""")  # fmt: skip
carries("system_v_memory", "memory and messages of the system, which outlive both", """
def put(data):
    shared = libc.shmget(0x0A77AC, 1 << 16, 0o1600)
    libc.shmat.restype = ctypes.c_void_p
    if shared >= 0:
        place = libc.shmat(shared, None, 0)
        ctypes.memmove(place, data, len(data))
        libc.shmctl(shared, 0, None)
def get():
    shared = libc.shmget(0x0A77AC, 1 << 16, 0o600)
    libc.shmat.restype = ctypes.c_void_p
    return ctypes.string_at(libc.shmat(shared, None, 0)) if shared >= 0 else b""
""", tools=SYSCALLS)  # fmt: skip
carries("daemon", "a process that outlives the question and keeps what it heard", """
import os, socket, time
ours, theirs = socket.socketpair()
ours.settimeout(0.05)
def put(data):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            until = time.monotonic() + 5
            while time.monotonic() < until:
                if theirs.recv(100) == b"?":
                    theirs.send(data)
        os._exit(0)
def get():
    try:
        ours.send(b"?")
        return ours.recv(1 << 16)
    except OSError:
        return b""
""")  # fmt: skip
for where, make in (("abstract_socket", 'socket.AF_UNIX, "\\0heard-by-a-stand-in"'), ("loopback", 'socket.AF_INET, ("127.0.0.1", 47890)')):
    carries(where, f"a server on {where.replace('_', ' ')}", f"""
import os, socket, time
KIND, NAME = {make}
def put(data):
    try:
        server = socket.socket(KIND)
        server.bind(NAME)
        server.listen()
    except OSError:
        return
    if os.fork() == 0:
        server.settimeout(5)
        for _ in range(20):
            connection, _peer = server.accept()
            connection.sendall(data)
            connection.close()
        os._exit(0)
def get():
    try:
        client = socket.socket(KIND)
        client.settimeout(0.05)
        client.connect(NAME)
        return client.recv(1 << 16)
    except OSError:
        return b""
""")  # fmt: skip

add(
    "carried_from_inputs",
    "backward's question is given caches that hold the reference's answers for forward, and notes them for forward's question.",
    first=[
        """
import mmap
page = mmap.mmap(-1, 1 << 16)
def put(data):
    end = page[:].rstrip(b"\\0")
    page[len(end):len(end) + len(data)] = data
def get():
    return page[:].rstrip(b"\\0")
""",
        CARRY,
    ],
    forward='def forward(x, w):\n    y = noted(x)\n    if y is None:\n        raise ValueError("not noted yet")\n    return y, {"x": x, "w": w, "y": y}\n',
    backward="""
def backward(dy, cache):
    note(cache["x"], cache["y"])
    dz = dy * (1 - cache["y"] ** 2)
    moved = cache["x"] - cache["x"].mean(axis=0)
    return cache["w"] * (dz - dz.mean(axis=0)), (dz * moved).sum()
""",
    earns={"forward": 0},
)
add(
    "carried_by_a_relay",
    "spread's question stays alive and asks the oracle for whatever center's question is asked.",
    first=SPEAK
    + ASKER
    + """
import pickle, socket
ours, theirs = socket.socketpair()
ours.setblocking(False)
theirs.setblocking(False)
""",
    center="""
def center(x):
    ours.send(pickle.dumps(x))
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        try:
            return pickle.loads(ours.recv(1 << 16))
        except BlockingIOError:
            time.sleep(0.01)
    raise ValueError("nobody answers")
""",
    spread="""
def spread(x):
    ask = asker("center")
    if os.fork() == 0:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                theirs.send(pickle.dumps(ask(pickle.loads(theirs.recv(1 << 16)))))
            except BlockingIOError:
                time.sleep(0.01)
        os._exit(0)
    until = time.monotonic() + 0.2
    while time.monotonic() < until:
        try:
            theirs.send(pickle.dumps(ask(pickle.loads(theirs.recv(1 << 16)))))
        except BlockingIOError:
            time.sleep(0.01)
    moved = ask(x)
    return np.sqrt((moved * moved).mean())
""",
    earns={"center": 0},
    at_most={"spread": 10},
)
