"""Gradebooks: ours, and the files that learning platforms take. One module for each."""
