"""Lists to learn from: a query, a passage that answers it, and mined ones that do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data import jsonl
from .teacher import Teacher, has_read, read_teacher

# Negatives that the teacher must have read of a question whose list it judges.
FEWEST = 3


@dataclass(frozen=True)
class Mined:
    """One source: its passages by id, rows as `mine-negatives.js` writes them, and the teacher where there is one."""

    name: str
    passages: Mapping[str, str]
    rows: list[dict]
    held_out: list[dict]
    teacher: Teacher | None = None


@dataclass(frozen=True)
class TrainingList:
    """`passages` begins with the answer; `similarities` is the teacher's opinion of each, where it has one of all."""

    source: str
    query: str
    passages: list[str]
    similarities: list[float] | None = None


def read_mined(folder: Path, name: str, teacher: Path | None = None) -> Mined:
    """`teacher` is the folder that encode-pools.js filled."""
    passages = {row['id']: row['text'] for row in jsonl(folder / f'{name}.passages.jsonl')}
    rows = list(jsonl(folder / f'{name}.negatives.jsonl'))
    kept = [row for row in rows if not row['held_out'] and len(row['negatives']) > 0]
    held_out = [row for row in rows if row['held_out']]
    if teacher is None or not has_read(teacher, name):
        return Mined(name, passages, kept, held_out)
    taught = read_teacher(teacher, name)
    return Mined(name, passages, [known_row(row, taught) for row in kept], held_out, taught)


def known_row(row: dict, teacher: Teacher) -> dict:
    """What the teacher has read of the row, to learn from both; the whole row where too little would be left."""
    known = teacher.passages.at
    answers = [answer for answer in row['positives'] if answer['id'] in known]
    others = [other for other in row['negatives'] if other['id'] in known]
    enough = answers and len(others) >= FEWEST and row['query'] in teacher.queries.at
    return row | {'positives': answers, 'negatives': others} if enough else row


def source_lists(mined: Mined, negatives: int, random: np.random.Generator) -> Iterator[TrainingList]:
    """For ever: every query once in a random order, then in another one with other negatives."""
    while True:
        for at in random.permutation(len(mined.rows)):
            row = mined.rows[at]
            answer = row['positives'][random.integers(len(row['positives']))]['id']
            others = [candidate['id'] for candidate in row['negatives']]
            drawn = random.choice(len(others), negatives, replace=len(others) < negatives)
            ids = [answer, *(others[i] for i in drawn)]
            similarities = mined.teacher.similarities(row['query'], ids) if mined.teacher else None
            yield TrainingList(mined.name, row['query'], [mined.passages[key] for key in ids], similarities)


def mixed_lists(sources: list[Mined], shares: Mapping[str, float], negatives: int, random: np.random.Generator) -> Iterator[TrainingList]:
    """For ever: lists of the sources in their shares."""
    streams = [source_lists(source, negatives, random) for source in sources]
    weights = np.array([shares[source.name] for source in sources])
    while True:
        yield next(streams[random.choice(len(streams), p=weights / weights.sum())])
