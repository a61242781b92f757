"""Measures what was asked for, prints tables; ends with 1 when a grader failed or gave other marks than it should."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import Failed
from benchmarks.course import ROOT, make_course
from benchmarks.measure import PARTS, QUICK, Size, measure
from benchmarks.table import conditions, plain, put_into, tables


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="few submissions, once: good for a factor of two")
    parser.add_argument("--markdown", action="store_true", help="put the tables into docs/benchmarks.md, too")
    options = parser.parse_args()
    unknown = sorted(set(options.only) - set(PARTS))
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}: choose of {', '.join(PARTS)}")
    if options.markdown and (options.quick or set(options.only) != set(PARTS)):
        parser.error("the tables of the docs need every part in full: leave out --only and --quick")
    try:
        with tempfile.TemporaryDirectory() as folder:
            course = make_course(Path(folder))
            found = measure(course, QUICK if options.quick else Size(), options.only, lambda text: print(f"… {text}", file=sys.stderr))
            print("\n".join([*conditions(course), "", *map(plain, tables(found))]))
            if options.markdown:
                put_into(ROOT / "docs" / "benchmarks.md", course, found)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
