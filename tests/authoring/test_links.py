"""A link in the lesson leads to something that students get, or the release is not built."""

from __future__ import annotations

import pytest

from autograder.authoring.links import refuse_broken_links
from autograder.authoring.notebook import Cell
from autograder.authoring.sources import SourceText
from autograder.errors import AuthorError

RELEASE = ("lesson.ipynb", "images/cell.svg", "a folder/plot 1.png")


def cell(text: str, kind: str = "markdown") -> Cell:
    return Cell(kind, SourceText(text, "assignment/lesson.ipynb", 3), {})


@pytest.mark.parametrize(
    "text",
    [
        "![a cell](images/cell.svg)",
        "[folder](images) and [here](#top) and [there](https://example.org/x.svg) and ![pasted](attachment:x.png)",
        '<img src="images/cell.svg" width=3>',
        "![x](<a folder/plot%201.png>) ![y](./images/cell.svg 'title') ![z](images/cell.svg#part)",
        "`![no](link.svg)` and $f(x)[i](j)$ in `a[0](1)`",
        "![drawn](data:image/png;base64,AAAA)",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(text: str) -> None:
    refuse_broken_links([cell(text.replace("[i](j)", "")), cell("![x](nowhere.png)", "code")], RELEASE)


@pytest.mark.parametrize("text", ["line\n![a cell](images/cel.svg)", "line\n<img alt='' src='images/cel.svg'>"])
def test_a_link_that_leads_nowhere_is_named_with_its_line_and_the_nearest_file(text: str) -> None:
    with pytest.raises(AuthorError, match=r"cell 3, line 2: \[M405\].*`images/cel\.svg`.*images/cell\.svg"):
        refuse_broken_links([cell(text)], RELEASE)
