"""Batches of lists of about the same length, so that little is padding."""

from collections.abc import Iterator

import numpy as np

from .lists import TrainingList
from .pairs import PairReader

# Lists that are sorted by length together, in batches.
BUCKETS = 16

ReadList = tuple[str, list[tuple[list[int], list[int]]]]


def read_list(reader: PairReader, item: TrainingList) -> ReadList:
    return item.source, [reader.pair(item.query, passage) for passage in item.passages]


def tokens_of(item: ReadList) -> int:
    return max(len(first) + len(second) for first, second in item[1])


def batches(lists: Iterator[TrainingList], reader: PairReader, size: int, random: np.random.Generator) -> Iterator[list[ReadList]]:
    """For ever: `size` lists at a time."""
    while True:
        buffer = sorted((read_list(reader, next(lists)) for _ in range(size * BUCKETS)), key=tokens_of)
        for at in random.permutation(BUCKETS):
            yield buffer[at * size : (at + 1) * size]
