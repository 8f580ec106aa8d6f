"""What is compared with what: the questions and passages of one source, or texts of all."""

from collections.abc import Iterator

import numpy as np

from ..corpus import Encoded

Sides = tuple[np.ndarray, np.ndarray]


class Texts:
    """The teacher's vectors of every text that is not held out, and the sources' answered questions."""

    def __init__(self, corpus: list[Encoded]) -> None:
        self.vectors = np.concatenate([part.vectors[~part.held_out] for part in corpus])
        parts = {part.name: part for part in corpus}
        self.sources = [
            Answered(part, parts[name.replace('.queries', '.passages')]) for name, part in parts.items() if name.endswith('.queries')
        ]
        # Large sources more often than small ones, but not in proportion: else one of them would be most of it.
        sizes = np.sqrt([len(source.answers) for source in self.sources])
        self.odds = sizes / sizes.sum()

    def batches(self, steps: int, size: int, random: np.random.Generator) -> Iterator[Sides]:
        """Float16 vectors of queries and of what they are ranked against, no text on both sides of a batch on purpose."""
        for _ in range(steps):
            if random.random() < 0.5:
                source = self.sources[random.choice(len(self.sources), p=self.odds)]
                yield source.draw(size, random)
            else:
                yield tuple(self.vectors[random.integers(len(self.vectors), size=size)] for _ in range(2))


class Answered:
    """One source: questions with their answers, and its other passages."""

    def __init__(self, queries: Encoded, passages: Encoded) -> None:
        kept = ~(queries.held_out[queries.answers[:, 0]] | passages.held_out[queries.answers[:, 1]])
        self.queries, self.passages = queries.vectors, passages.vectors
        self.answers = queries.answers[kept]
        self.others = np.flatnonzero(~passages.held_out)

    def draw(self, size: int, random: np.random.Generator) -> Sides:
        pairs = self.answers[random.permutation(len(self.answers))[:size]]
        others = self.others[random.permutation(len(self.others))[:size]]
        return self.queries[pairs[:, 0]], self.passages[np.union1d(pairs[:, 1], others)]
