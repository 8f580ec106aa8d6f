"""Which term each token counts for, and which terms a text may be given that it does not have.

Inflections share a term, as they do in BM25 with a stemmer: tokens that are whole words with one Porter stem count for
the most frequent of them (the vocabulary is in order of frequency). Pieces of words count for themselves.
"""

from dataclasses import dataclass

import numpy as np
from snowballstemmer import stemmer

from ..tokens import Bags

SPECIAL = ('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]')
COMMON_SHARE = 0.12


@dataclass(frozen=True)
class Terms:
    """`term_of` (vocabulary): the term of each token, -1 for special tokens. `expandable`: terms in rising order."""

    term_of: np.ndarray
    expandable: np.ndarray
    idf: np.ndarray

    @property
    def vocabulary(self) -> int:
        return len(self.term_of)


def is_word(token: str) -> bool:
    return len(token) >= 3 and token.isascii() and token.isalpha()


def stem_terms(vocabulary: list[str]) -> np.ndarray:
    words = [row for row, token in enumerate(vocabulary) if is_word(token)]
    stems = stemmer('porter').stemWords([vocabulary[row] for row in words])
    term_of = np.arange(len(vocabulary))
    first: dict[str, int] = {}
    for row, stem in zip(words, stems, strict=True):
        term_of[row] = first.setdefault(stem, row)
    for row, token in enumerate(vocabulary):
        if token in SPECIAL or token.startswith('[unused'):
            term_of[row] = -1
    return term_of


def term_sets(bags: Bags, term_of: np.ndarray) -> list[np.ndarray]:
    """The distinct terms of each text, rising."""
    terms = term_of[bags.ids]
    rows = (terms[start:end] for start, end in zip(bags.offsets, bags.offsets[1:], strict=False))
    return [np.unique(row[row >= 0]) for row in rows]


def make_terms(vocabulary: list[str], passages: Bags) -> Terms:
    """`passages` decide how rare a term is (Lucene's idf) and which are too common to be given to a text."""
    term_of = stem_terms(vocabulary)
    frequency = np.zeros(len(vocabulary), dtype=np.int64)
    for terms in term_sets(passages, term_of):
        frequency[terms] += 1
    count = len(passages)
    idf = np.log(1 + (count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    words = np.array([row for row, token in enumerate(vocabulary) if is_word(token) and term_of[row] == row])
    expandable = words[(frequency[words] > 0) & (frequency[words] < COMMON_SHARE * count)]
    return Terms(term_of, expandable, idf)
