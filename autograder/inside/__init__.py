"""Code that lives on the student's side of the wall.

Everything here ends up in the memory of a process that runs student code, so it must hold no test, answer, path or
secret. It imports nothing of the rest of the package, and nothing of the rest imports it: `zygote.py` is started as a
program of its own, and the two sides share a protocol, not code. The other half of that protocol is
`autograder/kernel/` (processes) and `autograder/grading/wire.py` (values).

    zygote.py      imports once, then only forks: one init for each submission
    namespaces.py  an empty root, processes and a network of a submission's own
    privileges.py  user ids and capabilities
    init.py        the submission's first process: keeps, stops and ends all others; runs no student code
    processes.py   the submission's processes, as init sees them
    scratch.py     the submission's files, as init keeps them
    kernel.py      the IPython kernel that runs the notebook, over one socket
    quick.py       what makes IPython's cells cheaper without a difference
    messages.py    what it says: gathered, framed, never cut in two
    streams.py     what a notebook prints, or writes to descriptors 1 and 2
    commands.py    `!command` where there is no terminal
    stock.py       `kernel: stock`: a program as `zygote.py` is, which starts a bridge for each kernel
    pieces.py      cuts what a stock kernel has printed
    bridge.py      the first process of a stock kernel: frames on one side, ZeroMQ on the other; runs no student code
    guest.py       what is loaded into a stock kernel, so that it can become a question
    otter_standin.py   what `import otter` gives a notebook here
    question.py    a fork of the finished kernel that answers calls of one question's functions
    standins.py    puts callbacks in place of helper functions, however the student's code holds them
    codec.py       values to frames and back
    rich.py        values beyond the plainest
    generators.py  random generators
    attributes.py  of functions
    frames.py      frames and descriptors over a socket
    confine.py     Landlock and resource limits: which files, how much
    syscalls.py    seccomp: which requests to the system
"""
