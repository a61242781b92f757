"""What a test gets of ours under names that the notebook may have as well: modules, and what is imported from them.

A test that compares with `np.allclose` must get numpy's, whatever the notebook has made of `np`. So a module is never the student's, and
neither is what a case has to *help* it: anything that a notebook says it imports, under its own name, from the modules of `_TRUSTED`. That
text, which is the student's, chooses only among functions that anybody may call.

But a question may ask for a `median` or a `deque` of one's own, and ours would earn its points for everybody. So ours is only given to a
case that takes something else besides, which no module of ours has; which names a case takes is the author's text.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["ALWAYS", "NotInstalled", "always", "by_name", "imported", "module"]

ALWAYS = frozenset(("np", "numpy", "pd", "pandas"))
"""Names that nobody uses for anything else: the notebook is not even asked."""

_MODULES = {
    "dt": "datetime",
    "mpl": "matplotlib",
    "np": "numpy",
    "nx": "networkx",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
    "sm": "statsmodels.api",
    "sns": "seaborn",
    "sp": "scipy",
    "stats": "scipy.stats",
    "tf": "tensorflow",
}
"""What is usually imported under another name."""

_TRUSTED = frozenset(
    (
        *("bisect", "cmath", "collections", "copy", "datetime", "decimal", "fractions", "functools", "heapq", "itertools", "json", "math"),
        *("numpy", "numpy.linalg", "numpy.random", "numpy.testing", "operator", "pandas", "pandas.testing", "pathlib", "random", "re"),
        "statistics",
        *("scipy", "scipy.stats", "string", "textwrap", "time"),
    )
)
_DEFAULTS = {
    "Counter": "collections",
    "DataFrame": "pandas",
    "Decimal": "decimal",
    "Fraction": "fractions",
    "OrderedDict": "collections",
    "Path": "pathlib",
    "Series": "pandas",
    "allclose": "numpy",
    "array_equal": "numpy",
    "assert_allclose": "numpy.testing",
    "assert_almost_equal": "numpy.testing",
    "assert_array_equal": "numpy.testing",
    "assert_frame_equal": "pandas.testing",
    "assert_series_equal": "pandas.testing",
    "date": "datetime",
    "datetime": "datetime",
    "defaultdict": "collections",
    "deque": "collections",
    "isclose": "math",
    "timedelta": "datetime",
}
"""What is ours also where no import of it can be read from the notebook, which has it, but has not bound it in another way."""
_COMPARERS = frozenset(name for name, source in _DEFAULTS.items() if source in ("math", "numpy", "numpy.testing", "pandas.testing"))
"""Those that decide a verdict are ours whatever the notebook has bound to their names."""


class NotInstalled(Exception):
    """A test needs a package that is not here: the author's or the machine's business, never the student's."""


def always(name: str) -> Any:
    """The module that goes by this name of `ALWAYS`.

    Raises:
        NotInstalled: it cannot be imported.
    """
    return _import(_MODULES.get(name, name))


def module(name: str, statements: Mapping[str, str]) -> Any:
    """What is ours where the notebook has a module under this name; None where nothing says which one that might be.

    Args:
        name: In the notebook.
        statements: Name → the import statement that binds it, as the notebook's text says.
    """
    for target in (_module_in(statements.get(name, "")), _MODULES.get(name, ""), name):
        if target:
            try:
                return importlib.import_module(target)
            except ImportError:
                continue
    return None


def _module_in(statement: str) -> str:
    """The module that a statement binds to a name of the notebook's choice; empty unless it is trusted, or the course's own file."""
    if not statement:
        return ""
    node = ast.parse(statement).body[0]
    if isinstance(node, ast.Import):
        target = node.names[0].name
    else:
        assert isinstance(node, ast.ImportFrom)
        target = "" if node.level else f"{node.module}.{node.names[0].name}"
    top = Path(target.partition(".")[0])  # tests run where the course's files are
    known = target in _TRUSTED or target in _MODULES.values() or top.with_suffix(".py").is_file() or (top / "__init__.py").is_file()
    return target if target and known else ""


def by_name(name: str) -> Any:
    """What is ours by its name alone, where there is no notebook to ask: a module, or what is usually imported from one; None for all else.

    Raises:
        NotInstalled: it cannot be imported.
    """
    if name in _DEFAULTS:
        return getattr(_import(_DEFAULTS[name]), name)
    return always(name) if name in _MODULES or name in _TRUSTED or name in ALWAYS else None


def imported(name: str, statements: Mapping[str, str], bound: frozenset[str], taken: frozenset[str]) -> Any:
    """What is ours of what a notebook has imported under its own name; None when it is something else, or what the case is about.

    Args:
        name: In the notebook.
        statements: Name → the import statement that binds it, as the notebook's text says.
        bound: Names that the text binds in other ways.
        taken: All names that the case takes.
    """
    source = _source(name, statements, bound)
    helps = any(_source(other, statements, bound) is None for other in taken - ALWAYS - {name})
    try:
        return getattr(_import(source), name, None) if source is not None and helps else None
    except NotInstalled:  # nor has the notebook imported it, then: it has something else under that name
        return None


def _source(name: str, statements: Mapping[str, str], bound: frozenset[str]) -> str | None:
    """The trusted module that a name is imported from, or is taken to be from."""
    statement = statements.get(name)
    node = ast.parse(statement).body[0] if statement else None
    if isinstance(node, ast.ImportFrom) and not node.level and node.module in _TRUSTED and node.names[0].name == name:
        return node.module
    return _DEFAULTS.get(name) if name in _COMPARERS or name not in bound else None


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = error.name or name
        raise NotInstalled(
            f"It needs {missing}, which is not installed here. Install it (pip install {missing}), and grade again."
        ) from error
