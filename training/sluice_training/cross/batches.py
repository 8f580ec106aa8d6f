"""Batches of lists of about the same length, so that little is padding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .lists import TrainingList
from .pairs import PairReader

# Lists that are sorted by length together, in batches.
BUCKETS = 16


@dataclass(frozen=True)
class ReadList:
    """A training list as token ids."""

    source: str
    pairs: list[tuple[list[int], list[int]]]
    similarities: list[float] | None

    @property
    def tokens(self) -> int:
        return max(len(first) + len(second) for first, second in self.pairs)


def read_list(reader: PairReader, item: TrainingList) -> ReadList:
    return ReadList(item.source, [reader.pair(item.query, passage) for passage in item.passages], item.similarities)


def batches(
    lists: Iterator[TrainingList], draw: Callable[[], PairReader], size: int, random: np.random.Generator
) -> Iterator[list[ReadList]]:
    """For ever: `size` lists at a time. `draw` gives the reader of the next lists that are sorted together."""
    while True:
        reader = draw()
        buffer = sorted((read_list(reader, next(lists)) for _ in range(size * BUCKETS)), key=lambda item: item.tokens)
        for at in random.permutation(BUCKETS):
            yield buffer[at * size : (at + 1) * size]
