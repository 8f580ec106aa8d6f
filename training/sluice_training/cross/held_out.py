"""Held-out questions with the hybrid's list, reranked: the only scores that choices are made by."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from ..ranking import ndcg, z_scores
from .lists import Mined
from .model import CrossEncoder
from .pairs import PairReader, collate

BATCH = 16


@torch.inference_mode()
def pair_scores(model: CrossEncoder, reader: PairReader, pairs: list[tuple[str, str]]) -> np.ndarray:
    """A logit for each pair of texts; pairs of about the same length share a batch."""
    read = [reader.pair(query, passage) for query, passage in pairs]
    order = np.argsort([len(first) + len(second) for first, second in read], kind='stable')
    scores = np.empty(len(pairs), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        scores[rows] = model(*collate([read[row] for row in rows])).numpy()
    return scores


def held_out_scores(model: CrossEncoder, reader: PairReader, sources: list[Mined], queries: int, depth: int, weight: float) -> dict:
    """nDCG@10 of each source's first `queries` lists, cut to `depth`: as they are, reranked, and fused at `weight`.

    `auc` is the share of pairs (an answer and another passage of its list) in the right order; `nothing` that of pairs of
    queries, one with its answers and one without: the AUROC of the best score for whether there is an answer at all.
    """
    model.eval()
    found = {source.name: source_scores(model, reader, source, queries, depth, weight) for source in sources}
    model.train()
    names = ('hybrid', 'cross', 'fused', 'auc', 'nothing')
    return {'mean': {name: round(float(np.mean([scores[name] for scores in found.values()])), 4) for name in names}, **found}


def source_scores(model: CrossEncoder, reader: PairReader, source: Mined, queries: int, depth: int, weight: float) -> Mapping[str, float]:
    answered = [row for row in source.held_out if answers_in(row, depth)][:queries]
    lists = [row['list'][:depth] for row in answered]
    pairs = [(row['query'], source.passages[item['id']]) for row, items in zip(answered, lists, strict=True) for item in items]
    scores = pair_scores(model, reader, pairs)
    totals, start = dict.fromkeys(('hybrid', 'cross', 'fused', 'auc'), 0.0), 0
    whole, without = [], []
    for row, items in zip(answered, lists, strict=True):
        hybrid = {item['id']: item['hybrid'] for item in items}
        cross = {item['id']: float(score) for item, score in zip(items, scores[start : start + len(items)], strict=True)}
        start += len(items)
        one, other = z_scores(hybrid), z_scores(cross)
        fused = {key: (1 - weight) * one[key] + weight * other[key] for key in hybrid}
        judged = {answer['id']: 1 for answer in row['positives']}
        for name, run in (('hybrid', hybrid), ('cross', cross), ('fused', fused)):
            totals[name] += ndcg(sorted(run, key=lambda key: -run[key]), judged)
        totals['auc'] += right_order(cross, judged)
        whole.append(max(cross.values()))
        without.append(max(score for key, score in cross.items() if key not in judged))
    means = {name: round(total / max(1, len(answered)), 4) for name, total in totals.items()}
    return means | {'nothing': round(share_above(whole, without), 4) if answered else 0.0}


def answers_in(row: dict, depth: int) -> bool:
    """Whether the cut list holds an answer and something else."""
    answers = {answer['id'] for answer in row['positives']}
    held = [item['id'] in answers for item in row['list'][:depth]]
    return any(held) and not all(held)


def right_order(scores: Mapping[str, float], judged: Mapping[str, int]) -> float:
    answers = [score for key, score in scores.items() if key in judged]
    return share_above(answers, [score for key, score in scores.items() if key not in judged])


def share_above(ones: Sequence[float], others: Sequence[float]) -> float:
    """Of all pairs of one and another, the share in which the one is greater; ties count half."""
    return sum((a > b) + (a == b) / 2 for a in ones for b in others) / (len(ones) * len(others))
