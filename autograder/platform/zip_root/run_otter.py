"""Lets otter grade the submission below a folder such as /autograder: with our plugin, which otter_config.json names.

Called by run_autograder in the container of `otter grade`; `run_otter.py FOLDER` tries it elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

from otter.run.run_autograder import main

if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    metadata = root / "submission_metadata.json"
    # otter-grader 7.0.0 makes this file empty (grade/Dockerfile) and reads it as JSON where there are plugins
    # (run/run_autograder/runners/python_runner.py).
    if not metadata.exists() or not metadata.read_bytes().strip():
        metadata.write_text("{}\n", encoding="utf-8")
    main(str(root))
