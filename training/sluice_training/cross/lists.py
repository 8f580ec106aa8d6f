"""Lists to learn from: a query, a passage that answers it, and mined ones that do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data import jsonl


@dataclass(frozen=True)
class Mined:
    """One source: its passages by id, and rows as `mine-negatives.js` writes them."""

    name: str
    passages: Mapping[str, str]
    rows: list[dict]
    held_out: list[dict]


@dataclass(frozen=True)
class TrainingList:
    """`passages` begins with the answer."""

    source: str
    query: str
    passages: list[str]


def read_mined(folder: Path, name: str) -> Mined:
    passages = {row['id']: row['text'] for row in jsonl(folder / f'{name}.passages.jsonl')}
    rows = list(jsonl(folder / f'{name}.negatives.jsonl'))
    kept = [row for row in rows if not row['held_out'] and len(row['negatives']) > 0]
    return Mined(name, passages, kept, [row for row in rows if row['held_out']])


def source_lists(mined: Mined, negatives: int, random: np.random.Generator) -> Iterator[TrainingList]:
    """For ever: every query once in a random order, then in another one with other negatives."""
    while True:
        for at in random.permutation(len(mined.rows)):
            row = mined.rows[at]
            answer = row['positives'][random.integers(len(row['positives']))]['id']
            others = [candidate['id'] for candidate in row['negatives']]
            drawn = random.choice(len(others), negatives, replace=len(others) < negatives)
            ids = [answer, *(others[i] for i in drawn)]
            yield TrainingList(mined.name, row['query'], [mined.passages[key] for key in ids])


def mixed_lists(sources: list[Mined], shares: Mapping[str, float], negatives: int, random: np.random.Generator) -> Iterator[TrainingList]:
    """For ever: lists of the sources in their shares."""
    streams = [source_lists(source, negatives, random) for source in sources]
    weights = np.array([shares[source.name] for source in sources])
    while True:
        yield next(streams[random.choice(len(streams), p=weights / weights.sum())])
