"""The author's policy and sources: `grader_config.yaml` read, checked and resolved.

policy        the schema, and `load_config`
reporting     the keys that count after grading: lateness, what platforms are told
source_tree   where the files lie, what goes to students
values        typed values out of the YAML tree
yaml_places   YAML whose every value knows its line
"""

from __future__ import annotations

from autograder.config.policy import CONFIG_NAME, CourseSources, load_config

__all__ = ["CONFIG_NAME", "CourseSources", "load_config"]
