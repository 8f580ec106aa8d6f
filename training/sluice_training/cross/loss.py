"""Losses of a batch of lists, of which each begins with the passage that answers: `logits` is lists x passages."""

import torch
from torch import Tensor
from torch.nn import functional as F


def list_loss(logits: Tensor, binary_weight: float) -> Tensor:
    """Softmax cross-entropy over a list teaches the order; binary cross-entropy, weighed so that answers count as much
    as the others together, gives the logits a zero that means the same for every query."""
    order = F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long, device=logits.device))
    answers, others = F.softplus(-logits[:, 0]).mean(), F.softplus(logits[:, 1:]).mean()
    return order + binary_weight * (answers + others) / 2


def across_loss(logits: Tensor) -> Tensor:
    """Every answer against the best of every list's other passages: whether a query has an answer at all is told by its
    best score, so that must be comparable between queries. The best is taken softly, by log-sum-exp."""
    best = torch.logsumexp(logits[:, 1:], dim=1)
    return F.softplus(best[None, :] - logits[:, :1]).mean()


def teacher_loss(logits: Tensor, similarities: Tensor, scale: float) -> Tensor:
    """Cross-entropy to the teacher's distribution over a list, the softmax of its scaled similarities: it says which of
    the others are near, and holds what the start was taught by far more pairs than there are here."""
    return F.cross_entropy(logits, F.softmax(scale * similarities, dim=1))
