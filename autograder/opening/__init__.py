"""Opens whatever an instructor grades with: a bundle of ours, or what otter-grader made.

bundles        any of them → `Bundle`
sources        an otter bundle's parts, read from a zip, a folder, or a notebook with tests in its metadata
otter_config   `otter_config.json`: what is obeyed, and what is not and why
solutions      a solution given beside a bundle that has none
environment    which packages it asks for that are not here
free_passes    which cases pass for functions that do nothing
needs          which questions' tests look at what cannot leave the student's process
"""

from autograder.opening.bundles import open_bundle
from autograder.opening.free_passes import free_passes
from autograder.opening.needs import cannot_pass, why_shared
from autograder.opening.otter_config import shows_hidden

__all__ = ["cannot_pass", "free_passes", "open_bundle", "shows_hidden", "why_shared"]
