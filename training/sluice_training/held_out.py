"""Retrieval tasks of held-out training texts; the only scores that choices are made by."""

from collections import defaultdict

import numpy as np

from .corpus import Encoded
from .ranking import mean_ndcg, normalized, search

POOL = 4000
MIN_QUERIES = 100


def held_out_tasks(corpus: list[Encoded], seed: int = 1) -> list[dict]:
    """One retrieval task a source: its held-out queries against its held-out passages and a sample of the others."""
    random = np.random.default_rng(seed)
    parts = {part.name: part for part in corpus}
    tasks = []
    for name, queries in parts.items():
        if not name.endswith('.queries') or queries.held_out.sum() < MIN_QUERIES:
            continue
        passages = parts[name.replace('.queries', '.passages')]
        others = np.flatnonzero(~passages.held_out)
        others = random.permutation(others)[:POOL]
        rows = np.concatenate([np.flatnonzero(passages.held_out), others])
        tasks.append(task(name.removesuffix('.queries'), queries, passages, rows))
    return tasks


def task(name: str, queries: Encoded, passages: Encoded, rows: np.ndarray) -> dict:
    chosen = np.flatnonzero(queries.held_out)[:1500]
    wanted, present = set(chosen.tolist()), set(rows.tolist())
    qrels: dict[str, dict[str, int]] = defaultdict(dict)
    for query, passage in queries.answers:
        if query in wanted and passage in present:
            qrels[str(query)][str(passage)] = 1
    return {
        'name': name,
        'queries': (chosen, queries.bags.take(chosen), queries.vectors[chosen]),
        'passages': (rows, passages.bags.take(rows), passages.vectors[rows]),
        'qrels': dict(qrels),
    }


def task_ndcg(task: dict, queries: np.ndarray, passages: np.ndarray) -> float:
    found, scores = search(queries, passages, 10)
    query_ids, passage_ids = task['queries'][0], task['passages'][0]
    run = {
        str(query): {str(passage_ids[row]): float(score) for row, score in zip(found[i], scores[i], strict=True)}
        for i, query in enumerate(query_ids)
    }
    return mean_ndcg(run, task['qrels'])


def teacher_scores(tasks: list[dict]) -> dict[str, float]:
    return {task['name']: task_ndcg(task, normalized(task['queries'][2]), normalized(task['passages'][2])) for task in tasks}
