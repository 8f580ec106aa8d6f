"""Where the head starts: the static model's token vectors as the table of terms, turned into the trunk's space."""

from pathlib import Path

import numpy as np
import torch

from ..ranking import normalized
from ..static.table import Table, encode_rows
from ..tokens import Bags, read_vocabulary
from .head import SparseHead
from .states import States
from .terms import Terms

THRESHOLD = 2.0


def mean_states(states: States) -> np.ndarray:
    """Sentence vectors: the mean of a text's states, of length 1."""
    sums = np.add.reduceat(states.values.astype(np.float32), states.offsets[:-1], axis=0)
    return normalized(sums)


def term_rows(table: Table, vocabulary: list[str], terms: Terms) -> np.ndarray:
    """The static vector of every expandable term, of length 1; the mean of the tokens that count for it."""
    rows = normalized(table.rows())
    place = {token: row for row, token in enumerate(table.vocabulary)}
    sums = np.zeros((len(vocabulary), rows.shape[1]), dtype=np.float32)
    for token, term in enumerate(terms.term_of):
        if term >= 0 and vocabulary[token] in place:
            sums[term] += rows[place[vocabulary[token]]]
    return normalized(sums[terms.expandable])


def fitted_rotation(encoded: np.ndarray, static: np.ndarray) -> np.ndarray:
    """Hidden x width with orthonormal columns: the turn that brings sentence vectors nearest to static ones."""
    left, _, right = np.linalg.svd(encoded.T @ static, full_matrices=False)
    return left @ right


def start_head(head: SparseHead, states: States, bags: Bags, table: Table, vocabulary: list[str], terms: Terms, seed: int) -> None:
    """`bags` are the texts of `states`; none of them may be held out."""
    place = {token: row for row, token in enumerate(table.vocabulary)}
    known = np.array([place.get(token, 0) for token in vocabulary])
    encoded = mean_states(states)
    static = encode_rows(table.rows(), Bags(known[bags.ids], bags.offsets))
    rotation = fitted_rotation(encoded, static)
    rows = term_rows(table, vocabulary, terms)
    width = head.rows.shape[1]
    turned = normalized(encoded @ rotation, width)
    logits = turned @ normalized(rows, width).T
    spread = logits.std(axis=0)
    with torch.no_grad():
        head.project.weight.copy_(torch.from_numpy(rotation[:, :width].T.copy()))
        head.rows.copy_(torch.from_numpy(normalized(rows, width) / spread[:, None]))
        head.bias.copy_(torch.from_numpy(logits.mean(axis=0) / spread + THRESHOLD))
        generator = torch.Generator().manual_seed(seed)
        # The first slot is the mean, exactly; the others look at tokens of some direction each.
        head.slots[1:] = torch.randn(head.slots[1:].shape, generator=generator) * 0.15

