"""Control characters, HTML, formulas and terminal escapes in every string that reaches a page, a gradebook or a terminal."""

from __future__ import annotations

from .attack import family

add = family("texts", alone=True)

# As a string literal's inside: a screen that is cleared, a title that is set, a bell, a line that is turned round, a tag, a formula.
NASTY = r"\x1b[2J\x1b]0;owned\x07\u202e\u2066\x9b31m\r\n<script>alert(1)</script><img src=x onerror=alert(1)>=cmd|' /C calc'!A0\x00\u2028"

add(
    "texts_in_errors_of_functions",
    "The name, the message and the line of an exception are written for the page's reader's browser.",
    center=f"""
Nasty = type("{NASTY}"[:60].replace("\\0", ""), (Exception,), {{}})
def center(x):
    raise Nasty("{NASTY}")  # <script>alert(2)</script>
""",
    earns={"center": 0},
)
add(
    "texts_in_errors_of_cells",
    "The same of cells.",
    last=[
        f'raise type("<b>" + "{NASTY}"[:20].replace("\\0", ""), (Exception,), {{}})("{NASTY}")\n',
        f'raise SystemExit("{NASTY}")\n',
        "<script>alert(1)</script>\n",
    ],
    problems=None,
)
add(
    "texts_in_types",
    "The name of a returned value's type.",
    center=f'def center(x):\n    return type("{NASTY}".replace("\\0", ""), (), {{}})()\n',
    earns={"center": 0},
)
add(
    "texts_in_keys",
    "The keys of a returned dictionary, and what it holds.",
    forward=f'def forward(x, w):\n    return "{NASTY}", {{"{NASTY}": "{NASTY}", "=1+1": "@SUM(A1)", "x": "\\ud800"}}\n',
    earns={"forward": 0},
)
add(
    "texts_in_outputs",
    "What a cell prints, shows and names itself.",
    last=f"""
import sys
from IPython.display import HTML, Javascript, display
print("{NASTY}")
print("{NASTY}", file=sys.stderr)
display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"))
sys.stdout.write("\\x1bc")
""",
)
add(
    "texts_in_names_of_functions",
    "A graded name is bound to something whose type and signature are hostile.",
    center=f'center = type("{NASTY}".replace("\\0", ""), (), {{}})()\n',
    earns={"center": 0},
    verdicts={"center": {"three numbers": "missing"}},
)
add(
    "texts_in_the_notebook",
    "The notebook's own title, kernel, language, authors and tags.",
    metadata={
        "title": "<script>alert(1)</script>",
        "authors": [{"name": "\x1b[2J=1+1"}],
        "kernelspec": {"display_name": "<img src=x onerror=alert(1)>", "language": "\x1b[31m", "name": "../../../bin/sh"},
        "language_info": {"name": "python; touch owned", "version": "\u202e"},
    },
)

NAMES = {
    "a_formula": "=cmd|' calc'!A0",
    "another_formula": "@SUM(1+9)*cmd|' calc'!A0",
    "a_plus": "+1+1",
    "a_tag": "<script>alert(1)<script>",
    "an_image": 'x" onerror="alert(1)',
    "escapes": "\x1b[2J\x1b]0;owned\x07",
    "a_turned_line": "\u202etxt.exe",
    "lines": "two\nlines,graded,40\r\n=1+1",
    "a_tab": "\t=1+1",
    "a_template": "{{7*7}}${7*7}{% raw %}",
    "dots": "a..b..%2e%2e",
    "an_option": "--debug",
    "a_long_one": "x" * 200,
}
for what, text in NAMES.items():
    add(f"named_as_{what}", "The submission's name, and its notebook's, are hostile.", handed_in_as=text, file=f"{text[:190]}.ipynb")
