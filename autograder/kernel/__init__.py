"""Where student code runs: warm forked kernels and what confines them, seen from the trusted side.

    zygote.py    starts the warm process, forks submissions from it, talks to their inits
    sandbox.py   what a submission's processes may read, write and use, and which layers hold on this machine
    layers.py    the same in sentences: what holds, what does not and why, what to do
    frames.py    the trusted side's framing: capped, with deadlines, believing nothing

The other half of the protocol, in processes that students' code shares, is `autograder/inside/`.
"""
