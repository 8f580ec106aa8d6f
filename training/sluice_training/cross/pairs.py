"""A query and a passage as token ids; of a long passage, the window that shares most with the query."""

import math

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..encode import CLS, SEP

STRIDE = 16
# BERT's vocabulary begins with single characters, then has words in the order of how common they are.
FIRST_WORD = 1996


def rarity(token: int) -> float:
    return math.log(token - FIRST_WORD + 2) if token >= FIRST_WORD else 0.1


def best_window(query: list[int], passage: list[int], size: int) -> list[int]:
    """`size` tokens of the passage, from where they hold most of the query, each word once; the earliest of equals."""
    if len(passage) <= size:
        return passage
    wanted = {token: rarity(token) for token in query}
    starts = [*range(0, len(passage) - size, STRIDE), len(passage) - size]
    held = [sum(wanted.get(token, 0.0) for token in set(passage[start : start + size])) for start in starts]
    start = starts[int(np.argmax(np.round(held, 6)))]
    return passage[start : start + size]


class PairReader:
    """Tokenizes texts, each once, and joins them: `[CLS] query [SEP] passage [SEP]`."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int, max_query_tokens: int) -> None:
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.max_query_tokens = max_query_tokens

    def cut(self, max_tokens: int) -> 'PairReader':
        """The same reader for pairs of at most `max_tokens`."""
        return PairReader(self.tokenizer, min(max_tokens, self.max_tokens), self.max_query_tokens)

    def tokens(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def pair(self, query: str, passage: str) -> tuple[list[int], list[int]]:
        """Ids of the query with its special tokens, and of the passage with its own."""
        asked = self.tokens(query)[: self.max_query_tokens]
        window = best_window(asked, self.tokens(passage), self.max_tokens - 3 - len(asked))
        return [CLS, *asked, SEP], [*window, SEP]


def collate(pairs: list[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor, Tensor]:
    """Token ids, types and mask, each pairs x the longest length."""
    length = max(len(first) + len(second) for first, second in pairs)
    ids = torch.zeros((len(pairs), length), dtype=torch.long)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids, dtype=torch.bool)
    for row, (first, second) in enumerate(pairs):
        end = len(first) + len(second)
        ids[row, :end] = torch.tensor(first + second)
        types[row, len(first) : end] = 1
        mask[row, :end] = True
    return ids, types, mask
