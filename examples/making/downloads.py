"""A class's submissions as each platform gives them: path within the download → content.

Canvas      one folder of `{name}[_LATE]_{user id}_{attachment id}_{file}`, of every attempt; a group's by the one who handed it in
Moodle      folders `{Full Name}_{participant}_assignsubmission_file`, or `{Group}_{number}_…`
Gradescope  `assignment_{id}_export/` with submission_metadata.yml and a folder for each submission
nbgrader    `{login}/{assignment}/` with the files and timestamp.txt
folder      `{login}.ipynb`, or a folder named so where there is more than a notebook
"""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import PurePosixPath

import yaml
from making.classroom import ASSIGNMENT, DUE, STUB, Attempt, Classroom

_CANVAS_FORBIDDEN = re.compile(r'[\x00/\\:*?"<>|]')


def canvas(room: Classroom, seed: int) -> dict[str, bytes]:
    """Canvas's: attachments are numbered in the order of handing in, over the whole class. A PDF comes from some as a text entry."""
    rng = random.Random(f"canvas {seed}")
    number, parts, texts = 812_000, {}, 0
    handed_in = [(attempt.at, place, which) for place, hand_in in enumerate(room.hand_ins) for which, attempt in enumerate(hand_in.attempts)]
    for _, place, which in sorted(handed_in):
        hand_in = room.hand_ins[place]
        attempt = hand_in.attempts[which]
        person, again = hand_in.people[0], len(hand_in.attempts) > 1
        start = f"{run_together(person.sortable)}{'_LATE' if attempt.at > DUE else ''}_{person.platform_id}"
        for name, content in attempt.files.items():
            if name == STUB:
                continue  # which files belong to one attempt, Canvas does not say: the stub would look like a later one
            number += rng.randint(1, 9)
            if name.endswith(".pdf"):
                texts += 1
                if texts % 2:
                    parts[f"{start}_{number}_text.html"] = b"<p>I could not upload my file.</p>\n"
                    continue
            # Canvas numbers equal names of one student's; some rename the first file, so that the older one has the number.
            stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
            marked = again and (which == 1) == (place % 4 != 0)
            parts[f"{start}_{number}_{_CANVAS_FORBIDDEN.sub('_', f'{stem}-1{suffix}' if marked else name)}"] = content
    return parts


def run_together(sortable: str) -> str:
    """Canvas's part of a file name, in lower case: letters, the marks upon them, numbers, and what connects words."""
    kept = (letter for letter in sortable if unicodedata.category(letter)[0] in "LMN" or unicodedata.category(letter) == "Pc")
    return "".join(kept).lower()


def moodle(room: Classroom, seed: int) -> dict[str, bytes]:
    """Moodle's, version 4.1 and later: the last attempt of each."""
    rng = random.Random(f"moodle {seed}")
    numbers = rng.sample(range(900, 9_900), sum(len(hand_in.people) > 1 for hand_in in room.hand_ins))
    parts = {}
    for hand_in in room.hand_ins:
        person = hand_in.people[0]
        owner = (person.group, numbers.pop()) if len(hand_in.people) > 1 else (person.name.replace("_", " "), person.platform_id)
        for name, content in hand_in.last.files.items():
            parts[f"{owner[0]}_{owner[1]}_assignsubmission_file/{name.replace('/', '_')}"] = content
    return parts


class _Moment(str):
    """A time as Ruby writes it into YAML."""


class _Writer(yaml.SafeDumper):
    pass


_Writer.add_representer(_Moment, lambda writer, moment: writer.represent_scalar("tag:yaml.org,2002:timestamp", str(moment)))


def gradescope(room: Classroom, seed: int) -> dict[str, bytes]:
    """Gradescope's export: the last attempt's files of each, and every attempt's time."""
    rng = random.Random(f"gradescope {seed}")
    top, parts, said = f"assignment_{ASSIGNMENT}_export", {}, {}
    numbers = rng.sample(range(270_000_000, 270_999_999), len(room.hand_ins))
    for number, hand_in in zip(numbers, room.hand_ins, strict=True):
        key = f"submission_{number}"
        who = [{":name": person.name, ":sid": person.sid, ":email": person.email} for person in hand_in.people]
        said[key] = {
            ":submitters": who,
            ":created_at": _moment(hand_in.last, rng),
            ":score": 0.0,
            ":status": "processed",
            ":results": {"tests": []},
            ":history": [{":created_at": _moment(attempt, rng), ":score": 0.0} for attempt in hand_in.attempts[:-1]],
        }
        for name, content in hand_in.last.files.items():
            parts[f"{top}/{key}/{name}"] = content
    text = yaml.dump(said, Dumper=_Writer, allow_unicode=True, sort_keys=False, explicit_start=True, width=1000)
    return {**parts, f"{top}/submission_metadata.yml": text.encode()}


def _moment(attempt: Attempt, rng: random.Random) -> _Moment:
    return _Moment(f"{attempt.at:%Y-%m-%d %H:%M:%S}.{rng.randrange(10**6):06}000 Z")


def nbgrader(room: Classroom, seed: int) -> dict[str, bytes]:
    """nbgrader's `submitted/` tree: the last attempt of each."""
    parts = {}
    for hand_in in room.hand_ins:
        folder = f"{hand_in.people[0].login}/rnn"
        parts[f"{folder}/timestamp.txt"] = f"{hand_in.last.at:%Y-%m-%d %H:%M:%S.%f} UTC".encode()
        for name, content in hand_in.last.files.items():
            parts[f"{folder}/{name}"] = content
    return parts


def folder(room: Classroom, seed: int) -> dict[str, bytes]:
    """A folder that somebody filled by hand: the last attempt of each."""
    parts = {}
    for place, hand_in in enumerate(room.hand_ins):
        login, files = hand_in.people[0].login, hand_in.last.files
        (name, *others) = files
        if others or not name.endswith(".ipynb") or place % 5 == 0:
            parts |= {f"{login}/{name}": content for name, content in files.items()}
        else:
            parts[f"{login}.ipynb"] = files[name]
    return parts


DOWNLOADS = {"canvas": canvas, "moodle": moodle, "gradescope": gradescope, "nbgrader": nbgrader, "folder": folder}
GROUPS = ("canvas", "moodle", "gradescope")
"""Platforms that know groups."""
