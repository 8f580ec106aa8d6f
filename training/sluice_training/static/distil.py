"""From encoded texts to a finished table: start, train, round to int8, and say how well it agrees."""

from dataclasses import dataclass

import numpy as np

from ..corpus import Encoded
from ..held_out import held_out_tasks, teacher_scores
from ..log import Log
from ..rotation import principal_rotation
from .agreement import agreement
from .start import DIMENSIONS, starting_rows, token_shares
from .table import Table, kept_tokens, quantize
from .train import Recipe, train, training_pool


@dataclass(frozen=True)
class Distilled:
    table: Table
    before: dict
    after: dict


def distil(vocabulary: list[str], token_vectors: np.ndarray, corpus: list[Encoded], recipe: Recipe, log: Log) -> Distilled:
    """`token_vectors` are the teacher's, of each token of `vocabulary` alone."""
    kept = kept_tokens(vocabulary)
    row_of_token = np.zeros(len(vocabulary), dtype=np.int32)
    row_of_token[kept] = np.arange(len(kept))
    pool = training_pool(corpus, row_of_token)
    rotation = principal_rotation(pool.vectors, DIMENSIONS)
    rows = starting_rows(token_vectors[kept], rotation, token_shares([pool.bags], len(kept)))

    tasks = held_out_tasks(corpus)
    ceiling = teacher_scores(tasks)
    log.write('teacher', scores={name: round(score, 4) for name, score in ceiling.items()})
    before = agreement(rows, row_of_token, tasks, ceiling)
    log.write('start', shares=before)
    rows = train(rows, pool, rotation, recipe, log)
    table = quantize([vocabulary[token] for token in kept], rows)
    after = agreement(table.rows(), row_of_token, tasks, ceiling)
    log.write('trained', shares=after)
    return Distilled(table, before, after)
