"""Grading on more than one machine, by dask.distributed: an extra."""
