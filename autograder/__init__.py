"""An autograder for Jupyter-notebook assignments: fair, safe and fast scoring of notebook functions."""

import os

# Before anyone imports numpy: OpenBLAS starts threads at import, and a process with threads cannot be forked safely.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0.dev0"
__all__ = ["__version__"]
