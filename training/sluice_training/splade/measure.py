"""nDCG@10 of held-out questions; the only scores that choices are made by."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..ranking import mean_ndcg
from .head import QueryHead, SparseHead
from .recipe import MOST_TERMS
from .texts import TrainingTexts

POOL, MIN_QUERIES, MOST_QUERIES = 4000, 60, 300


def held_out_tasks(texts: TrainingTexts) -> list[dict]:
    """One a source: its held-out queries against its held-out passages and up to 4,000 others."""
    tasks = []
    for number, name in enumerate(texts.sources):
        passages = np.flatnonzero(texts.passages.source == number)
        held = texts.passages.held_out[passages]
        rows = np.concatenate([passages[held], passages[~held][:POOL]])
        queries = np.flatnonzero((texts.queries.source == number) & texts.queries.held_out)[:MOST_QUERIES]
        wanted, there = set(queries.tolist()), set(rows.tolist())
        qrels: dict[str, dict[str, int]] = {}
        for query, passage in texts.answers:
            if query in wanted and passage in there:
                qrels.setdefault(str(query), {})[str(passage)] = 1
        if len(qrels) >= MIN_QUERIES:
            tasks.append({'name': name, 'queries': queries, 'passages': rows, 'qrels': qrels})
    return tasks


def task_ndcg(task: dict, scores: np.ndarray) -> float:
    """`scores`: queries x passages."""
    best = np.argsort(-scores, axis=1, kind='stable')[:, :10]
    run = {
        str(query): {str(task['passages'][row]): float(scores[at, row]) for row in best[at]}
        for at, query in enumerate(task['queries'])
    }
    return mean_ndcg(run, task['qrels'])


def cut(weights: Tensor, most: int = MOST_TERMS) -> Tensor:
    """The largest weights of each row; all others 0."""
    values, places = weights.topk(min(most, weights.shape[1]), dim=1)
    return torch.zeros_like(weights).scatter(1, places, values)


@torch.no_grad()
def sparse_scores(texts: TrainingTexts, task: dict, encode: Callable[[np.ndarray], Tensor], queries: list[Tensor], block: int = 128) -> tuple[list[np.ndarray], float]:
    """Scores of each kind of query (queries x vocabulary, sparse CSR), and how many terms a passage has."""
    rows = task['passages']
    scores = [np.empty((len(task['queries']), len(rows)), dtype=np.float32) for _ in queries]
    active = 0
    for start in range(0, len(rows), block):
        documents = encode(rows[start : start + block])
        active += int((documents > 0).sum())
        for kind, wanted in enumerate(queries):
            scores[kind][:, start : start + block] = (wanted @ documents.T).numpy()
    return scores, active / len(rows)


def free_queries(texts: TrainingTexts, rows: np.ndarray, table: np.ndarray) -> Tensor:
    terms = [texts.queries.terms[row] for row in rows]
    offsets = np.concatenate([[0], np.cumsum([len(each) for each in terms])])
    ids = np.concatenate(terms)
    return torch.sparse_csr_tensor(torch.from_numpy(offsets), torch.from_numpy(ids), torch.from_numpy(table[ids]), (len(rows), len(table)))


@torch.no_grad()
def measure(texts: TrainingTexts, tasks: list[dict], head: SparseHead, asked: QueryHead) -> dict:
    """Inference-free queries, the encoder's, and both fused with nothing; active terms of a passage."""
    table = asked.free().numpy()
    found: dict[str, dict[str, float]] = {'free': {}, 'encoder': {}, 'active': {}}
    for task in tasks:
        encoded = torch.cat([asked.encoded(texts.queries.batch(part), head) for part in np.array_split(task['queries'], max(1, len(task['queries']) // 64))])
        queries = [free_queries(texts, task['queries'], table), encoded.to_sparse_csr()]
        scores, active = sparse_scores(texts, task, lambda rows: cut(head(texts.passages.batch(rows), 2 * MOST_TERMS)), queries)
        found['free'][task['name']] = task_ndcg(task, scores[0])
        found['encoder'][task['name']] = task_ndcg(task, scores[1])
        found['active'][task['name']] = active
    return with_means(found)


def with_means(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """The value of each task and their mean, in four digits."""
    rounded = {}
    for kind, each in found.items():
        values = {'mean': float(np.mean(list(each.values()))), **each}
        rounded[kind] = {name: round(value, 4) for name, value in values.items()}
    return rounded


def baselines(texts: TrainingTexts, tasks: list[dict], idf: np.ndarray, shares: tuple[float, ...] = (0.25, 0.5, 1.0)) -> dict:
    """BM25 over the head's terms, the trunk's cosine, and their hybrids as the teacher adds them."""
    found: dict[str, dict[str, float]] = {}
    for task in tasks:
        dense = texts.queries.vectors[task['queries']] @ texts.passages.vectors[task['passages']].T
        lexical = bm25_matrix(texts, task, idf)
        kinds = {'bm25': lexical, 'dense': dense} | {f'hybrid {share}': dense / 0.05 + share * lexical for share in shares}
        for kind, scores in kinds.items():
            found.setdefault(kind, {})[task['name']] = task_ndcg(task, scores)
    return with_means(found)


def bm25_matrix(texts: TrainingTexts, task: dict, idf: np.ndarray) -> np.ndarray:
    rows = task['passages']
    offsets = np.concatenate([[0], np.cumsum([len(texts.passages.terms[row]) for row in rows])])
    ids = np.concatenate([texts.passages.terms[row] for row in rows])
    weights = np.concatenate([texts.weights[row] for row in rows])
    documents = torch.sparse_csr_tensor(torch.from_numpy(offsets), torch.from_numpy(ids), torch.from_numpy(weights * idf[ids]), (len(rows), len(idf)))
    queries = free_queries(texts, task['queries'], np.ones(len(idf), dtype=np.float32))
    return (documents @ queries.to_dense().T).T.numpy()
