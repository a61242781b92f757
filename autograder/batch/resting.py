"""On which kept verdicts a result rests: found again from the file and from the contexts that its run was judged in."""

from __future__ import annotations

import json

from autograder import records
from autograder.grading.contexts import Contexts
from autograder.model import HandedIn
from autograder.store import Store

__all__ = ["called_for_all", "contexts_of", "note_contexts", "reader_of", "rests_on", "unite_contexts"]

_NAME = "the file"
"""What a notebook is called where it is read for everybody who may have handed it in."""
_CONTEXTS = "contexts"
"""Facts that begin so: contexts that a run was judged in, one for each kind of machine."""


def called_for_all(handed_in: HandedIn) -> str:
    """What its file is called where it is read for everybody; the ending says how."""
    return f"{_NAME}.py" if handed_in.file.lower().endswith(".py") else _NAME


def reader_of(contexts: Contexts, handed_in: HandedIn) -> str:
    """Under what it is remembered what a file is: equal bytes are a script or a broken notebook, as they are called."""
    return f"{contexts.notebook}{called_for_all(handed_in).removeprefix(_NAME)}"


def note_contexts(store: Store, run_id: str, contexts: Contexts) -> None:
    """Remember in what contexts a run is judged, within a transaction."""
    store.set_fact(f"{_CONTEXTS} {run_id} {contexts.digest}", json.dumps(records.plain(contexts), sort_keys=True))


def contexts_of(store: Store, run_id: str = "") -> dict[str, Contexts]:
    """Digest → contexts that a run was judged in, or any run.

    Raises:
        ValueError: one cannot be read.
    """
    found = store.facts(f"{_CONTEXTS} {run_id}")
    return {name.rpartition(" ")[2]: records.read(json.loads(text), Contexts) for name, text in found.items()}


def unite_contexts(store: Store, other: Store) -> None:
    """Take what another store says of its runs, within a transaction."""
    for name, value in other.facts(f"{_CONTEXTS} ").items():
        store.set_fact(name, value)


def rests_on(store: Store, contexts: Contexts, handed_in: HandedIn, content: str) -> frozenset[str]:
    """Keys of all that is known, in these contexts, of a file's notebook; none where it is not known what the file is."""
    source = store.judged.source(content, reader_of(contexts, handed_in))
    if source is None or not source.sha256:
        return frozenset()
    questions = (contexts.question_key(question, source.sha256) for question in contexts.questions)
    return frozenset([contexts.execution_key(source.sha256), *questions])
