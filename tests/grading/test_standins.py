"""A stand-in reaches the dependent function however it holds its helper."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.inside import standins

WRONG = "def helper(x):\n    return 'wrong'\n"

HELD = {
    "global name": WRONG + "def dependent(x):\n    return helper(x)\n",
    "keywords": WRONG + "def dependent(x):\n    return helper(x=x)\n",
    "alias": WRONG + "other = helper\ndef dependent(x):\n    return other(x)\n",
    "alias after the name was rebound": WRONG + "other = helper\nhelper = 3\ndef dependent(x):\n    return other(x)\n",
    "default argument": WRONG + "def dependent(x, f=helper):\n    return f(x)\n",
    "keyword-only default": WRONG + "def dependent(x, *, f=helper):\n    return f(x)\n",
    "closure": WRONG + "def make(f):\n    def dependent(x):\n        return f(x)\n    return dependent\ndependent = make(helper)\n",
    "partial": WRONG + "import functools\npart = functools.partial(helper)\ndef dependent(x):\n    return part(x)\n",
    "list": WRONG + "steps = [helper]\ndef dependent(x):\n    return steps[0](x)\n",
    "lambda": "helper = lambda x: 'wrong'\ndef dependent(x):\n    return helper(x)\n",
    "helper that is a closure itself": (
        "def outer():\n    a, b = 1, 2\n    def helper(x):\n        return a, b\n    return helper\n"
        "helper = outer()\ndef dependent(x):\n    return helper(x)\n"
    ),
    "decorated helper": (
        "import functools\ndef deco(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner\n"
        "@deco\ndef helper(x):\n    return 'wrong'\ndef dependent(x):\n    return helper(x)\n"
    ),
    "helper decorated by another module": (
        "import numpy as np\n@np.errstate(all='ignore')\ndef helper(x):\n    return 'wrong'\ndef dependent(x, f=helper):\n    return f(x)\n"
    ),
    "helper of another module": "from textwrap import dedent as helper\ndef dependent(x):\n    return helper(x)\n",
    "closure over names like ours": (
        "def outer(*args, **kwargs):\n    ask = 1\n    def helper(x):\n        return args, kwargs, ask\n    return helper\n"
        "helper = outer()\ndef dependent(x, f=helper):\n    return f(x)\n"
    ),
    "cached helper": "import functools\n@functools.lru_cache\ndef helper(x):\n    return 'wrong'\ndef dependent(x):\n    return helper(x)\n",
    "callable object": (
        "class H:\n    def __call__(self, x):\n        return 'wrong'\nhelper = H()\ndef dependent(x, f=helper):\n    return f(x)\n"
    ),
    "missing helper": "def dependent(x):\n    return helper(x)\n",
    "helper that is not callable": "helper = None\ndef dependent(x):\n    return helper(x)\n",
    "first of two definitions, as a default": (
        WRONG + "def dependent(x, f=helper):\n    return f(x)\ndef helper(x):\n    return 'second'\n"
    ),
    "defaults of the helper's own": "def helper(x=1, y=2):\n    return 'wrong'\ndef dependent(x):\n    return helper(x)\n",
}


@pytest.mark.parametrize("held", HELD)
def test_a_stand_in_is_reached_by(held: str) -> None:
    names: dict[str, Any] = {}
    exec(HELD[held], names)
    standins.put(names, "helper", lambda *args, **kwargs: ("stand-in", args, kwargs))
    said, args, kwargs = names["dependent"](7)
    assert said == "stand-in"
    assert (*args, *kwargs.values()) == (7,)


def test_functions_of_other_names_keep_their_bodies() -> None:
    names: dict[str, Any] = {}
    exec(WRONG + "def mine(x):\n    return 'mine'\n", names)
    standins.put(names, "helper", lambda *_args: "stand-in")
    assert names["mine"](1) == "mine"
