"""Which texts are learnt from and measured on: a sample that one core encodes in half an hour."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .. import data
from ..tokens import Bags, tokenize

MAX_TOKENS = 128
# Passages of each source that are not held out. Narrow and templated sources get less than their share.
SHARES = {
    'squad11-train': 4500,
    'nq-qed': 5000,
    'boolq-dev': 900,
    'hotpotqa-sample': 1500,
    'medquad': 1700,
    'scitldr': 1800,
    'arxiv-title-abstract': 2600,
    'stackexchange-small': 900,
}
HELD_OUT = 400
QUERIES_A_PASSAGE = 2


@dataclass(frozen=True)
class Chosen:
    """Texts of all sources in one order: what is held out first, then the others, shuffled.

    `sources` names them; `query_source` and `passage_source` are rows of it. `answers` has pairs (query, passage).
    """

    sources: list[str]
    queries: Bags
    query_source: np.ndarray
    query_held_out: np.ndarray
    passages: Bags
    passage_source: np.ndarray
    passage_held_out: np.ndarray
    answers: np.ndarray
    query_texts: list[str]
    passage_texts: list[str]


def choose(shared: Path, tokenizer: Tokenizer, seed: int = 20261128) -> Chosen:
    random = np.random.default_rng(seed)
    sources = [source for source in data.PAIR_SOURCES if (shared / 'data' / 'train' / source.name).exists()]
    passages: list[tuple[str, int, bool]] = []
    queries: list[tuple[str, int, bool]] = []
    pairs: list[tuple[int, int]] = []
    for number, source in enumerate(sources):
        texts = data.read_pairs(shared / 'data' / 'train', source)
        kept = kept_passages(texts, SHARES[source.name], random)
        place = {passage: len(passages) + row for row, passage in enumerate(kept)}
        passages += [(texts.passages[passage], number, passage in texts.held_out_passages) for passage in kept]
        asked: dict[int, int] = {}
        taken: dict[int, int] = {}
        for at in random.permutation(len(texts.answers)):
            query, passage = texts.answers[at]
            if passage not in place or taken.get(passage, 0) == QUERIES_A_PASSAGE:
                continue
            if query not in asked:
                asked[query] = len(queries)
                queries.append((texts.queries[query], number, query in texts.held_out_queries))
            taken[passage] = taken.get(passage, 0) + 1
            pairs.append((asked[query], place[passage]))
    return arranged([source.name for source in sources], queries, passages, pairs, tokenizer, random)


def kept_passages(texts: data.Texts, wanted: int, random: np.random.Generator) -> list[int]:
    answering = {passage for _, passage in texts.answers}
    held = [passage for passage in sorted(texts.held_out_passages)]
    held = [held[at] for at in random.permutation(len(held))[:HELD_OUT]]
    others = [passage for passage in range(len(texts.passages)) if passage not in texts.held_out_passages]
    order = random.permutation(len(others))
    # Passages with a question first: the others are only ever negatives.
    ranked = sorted((others[at] for at in order), key=lambda passage: passage not in answering)
    return held + ranked[:wanted]


def arranged(
    sources: list[str],
    queries: list[tuple[str, int, bool]],
    passages: list[tuple[str, int, bool]],
    pairs: list[tuple[int, int]],
    tokenizer: Tokenizer,
    random: np.random.Generator,
) -> Chosen:
    def order(rows: list[tuple[str, int, bool]]) -> np.ndarray:
        shuffled = random.permutation(len(rows))
        return shuffled[np.argsort([not rows[at][2] for at in shuffled], kind='stable')]

    query_order, passage_order = order(queries), order(passages)
    query_place, passage_place = np.argsort(query_order), np.argsort(passage_order)
    answers = np.asarray(pairs, dtype=np.int64)
    answers = np.stack([query_place[answers[:, 0]], passage_place[answers[:, 1]]], axis=1)
    query_texts = [queries[at][0] for at in query_order]
    passage_texts = [passages[at][0] for at in passage_order]
    return Chosen(
        sources,
        tokenize(tokenizer, query_texts, MAX_TOKENS - 2),
        np.array([queries[at][1] for at in query_order]),
        np.array([queries[at][2] for at in query_order]),
        tokenize(tokenizer, passage_texts, MAX_TOKENS - 2),
        np.array([passages[at][1] for at in passage_order]),
        np.array([passages[at][2] for at in passage_order]),
        answers,
        query_texts,
        passage_texts,
    )


def queries_of(chosen: Chosen, passages: int) -> np.ndarray:
    """Rows of the queries that one of the first `passages` passages answers, rising."""
    return np.unique(chosen.answers[chosen.answers[:, 1] < passages, 0])
