"""Exact search and nDCG@10, and the fusion of two rankings by normalised scores."""

import math
from collections.abc import Mapping

import numpy as np

Run = Mapping[str, Mapping[str, float]]
Qrels = Mapping[str, Mapping[str, int]]


def normalized(vectors: np.ndarray, width: int | None = None) -> np.ndarray:
    """Truncates to `width`, then scales rows to length 1; zero rows stay zero."""
    cut = np.asarray(vectors[:, :width], dtype=np.float32)
    return cut / np.maximum(np.linalg.norm(cut, axis=1, keepdims=True), 1e-12)


def search(queries: np.ndarray, documents: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and scores of the `top` documents of each query, best first."""
    top = min(top, len(documents))
    rows = np.empty((len(queries), top), dtype=np.int64)
    scores = np.empty((len(queries), top), dtype=np.float32)
    for start in range(0, len(queries), 256):
        block = queries[start : start + 256] @ documents.T
        found = np.argpartition(-block, top - 1, axis=1)[:, :top]
        order = np.argsort(-np.take_along_axis(block, found, axis=1), axis=1, kind='stable')
        found = np.take_along_axis(found, order, axis=1)
        rows[start : start + 256] = found
        scores[start : start + 256] = np.take_along_axis(block, found, axis=1)
    return rows, scores


def ndcg(ranked: list[str], judged: Mapping[str, int], depth: int = 10) -> float:
    """trec_eval's form: gain is the grade, discount log2(rank + 1)."""
    gain = sum(max(judged.get(document, 0), 0) / math.log2(rank + 2) for rank, document in enumerate(ranked[:depth]))
    best = sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:depth]
    ideal = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))
    return gain / ideal if ideal else 0.0


def ordered(scores: Mapping[str, float]) -> list[str]:
    """Best first; equal scores by document id, descending, as trec_eval does."""
    by_id = sorted(scores, reverse=True)
    return sorted(by_id, key=lambda document: -scores[document])


def mean_ndcg(run: Run, qrels: Qrels, depth: int = 10) -> float:
    """Mean over the judged queries with a relevant document; a query missing from the run counts 0."""
    queries = [query for query, judged in qrels.items() if any(grade > 0 for grade in judged.values())]
    return sum(ndcg(ordered(run.get(query, {})), qrels[query], depth) for query in queries) / len(queries)


def z_scores(scores: Mapping[str, float]) -> dict[str, float]:
    values = np.fromiter(scores.values(), dtype=np.float64)
    spread = values.std() or 1.0
    return {document: (score - values.mean()) / spread for document, score in scores.items()}


def fuse(first: Run, second: Run, first_weight: float) -> dict[str, dict[str, float]]:
    """Weighted mean of z-scores; a document that one run misses gets that run's lowest z-score."""
    fused = {}
    for query in first.keys() | second.keys():
        one, two = z_scores(first.get(query, {})), z_scores(second.get(query, {}))
        low_one, low_two = min(one.values(), default=0.0), min(two.values(), default=0.0)
        fused[query] = {
            document: first_weight * one.get(document, low_one) + (1 - first_weight) * two.get(document, low_two)
            for document in one.keys() | two.keys()
        }
    return fused
