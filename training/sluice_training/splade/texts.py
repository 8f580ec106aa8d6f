"""The encoded texts that are learnt from: states, BM25 weights, and the hybrid that is the teacher."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..tokens import Bags
from .chosen import Chosen, queries_of
from .head import MEAN_LENGTH, Batch
from .start import mean_states
from .states import States, read_shards
from .terms import Terms, term_sets

K, B = 1.2, 0.75


@dataclass(frozen=True)
class Side:
    """Queries or passages. `vectors`: the trunk's sentence vectors, of length 1; `terms`: the distinct terms of each."""

    bags: Bags
    states: States
    vectors: np.ndarray
    terms: list[np.ndarray]
    source: np.ndarray
    held_out: np.ndarray

    def __len__(self) -> int:
        return len(self.states)

    def batch(self, rows: np.ndarray) -> Batch:
        texts = [self.states.row(row) for row in rows]
        length = max(len(ids) for ids, _ in texts)
        ids = np.zeros((len(texts), length), dtype=np.int64)
        values = np.zeros((len(texts), length, texts[0][1].shape[1]), dtype=np.float32)
        mask = np.zeros((len(texts), length), dtype=bool)
        for at, (own, states) in enumerate(texts):
            ids[at, : len(own)], values[at, : len(own)], mask[at, : len(own)] = own, states, True
        return Batch(torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(values))


@dataclass(frozen=True)
class TrainingTexts:
    """`answers` has pairs (query, passage), rows of the two sides; `sources` their names."""

    queries: Side
    passages: Side
    answers: np.ndarray
    sources: list[str]
    weights: list[np.ndarray]

    def bm25(self, query: int, documents: np.ndarray, idf: np.ndarray) -> np.ndarray:
        """Of one query and some passages, over terms as the head counts them."""
        wanted = self.queries.terms[query]
        scores = np.zeros(len(documents), dtype=np.float32)
        for at, document in enumerate(documents):
            found, mine, _ = np.intersect1d(self.passages.terms[document], wanted, assume_unique=True, return_indices=True)
            scores[at] = (self.weights[document][mine] * idf[found]).sum()
        return scores


def read_texts(chosen: Chosen, terms: Terms, cache: Path, passages: int) -> TrainingTexts:
    bags = chosen.passages.take(np.arange(passages))
    passage_states = read_shards('passages', bags, cache)
    asked = queries_of(chosen, passages)
    query_bags = chosen.queries.take(asked)
    query_states = read_shards('queries', query_bags, cache)
    sides = []
    for own, states, rows, source, held_out in (
        (query_bags, query_states, asked, chosen.query_source, chosen.query_held_out),
        (bags, passage_states, np.arange(passages), chosen.passage_source, chosen.passage_held_out),
    ):
        kept = np.arange(len(states))
        there = own.take(kept)
        sides.append(Side(there, states, mean_states(states), term_sets(there, terms.term_of), source[rows][kept], held_out[rows][kept]))
    queries, documents = sides
    place = {query: row for row, query in enumerate(asked[: len(queries)])}
    answers = np.array([(place[q], p) for q, p in chosen.answers if q in place and p < len(documents)], dtype=np.int64)
    weights = [saturated(documents.bags, row, terms, documents.terms[row]) for row in range(len(documents))]
    return TrainingTexts(queries, documents, answers, chosen.sources, weights)


def saturated(bags: Bags, row: int, terms: Terms, distinct: np.ndarray) -> np.ndarray:
    own = terms.term_of[bags.ids[bags.offsets[row] : bags.offsets[row + 1]]]
    own = own[own >= 0]
    counts = np.searchsorted(distinct, own)
    frequency = np.bincount(counts, minlength=len(distinct)).astype(np.float32)
    return frequency / (frequency + K * (1 - B + B * len(own) / MEAN_LENGTH))
