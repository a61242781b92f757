"""An autograder for Jupyter-notebook assignments: fair, safe and fast scoring of notebook functions."""

__version__ = "0.1.0.dev0"
__all__ = ["__version__"]
