"""Losses of distillation. Every function takes float tensors with one text a row and returns a scalar."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def cosine_loss(student: Tensor, target: Tensor) -> Tensor:
    """Mean of 1 - cosine between each student row and the target row beside it."""
    return 1 - F.cosine_similarity(student, target, dim=-1).mean()


def similarity_logits(vectors: Tensor, temperature: float) -> Tensor:
    """Cosine of each row with every other row, divided by the temperature; a row is never compared with itself."""
    unit = F.normalize(vectors, dim=-1)
    logits = unit @ unit.T / temperature
    # Finite, because a difference of two infinities would be NaN; its exponential is 0 all the same.
    return logits.fill_diagonal_(-1e9)


def similarity_divergence(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Mean over rows of KL(teacher || student) between the distributions of similarity to the rest of the batch.

    The two may differ in width: only similarities are compared.
    """
    wanted = F.log_softmax(similarity_logits(teacher, temperature), dim=-1)
    found = F.log_softmax(similarity_logits(student, temperature), dim=-1)
    return F.kl_div(found, wanted, reduction='batchmean', log_target=True)


def matryoshka_loss(
    student: Tensor,
    teacher: Tensor,
    target: Tensor,
    widths: Sequence[int],
    divergence_weight: float = 0.3,
    temperature: float = 0.05,
) -> Tensor:
    """Mean over widths of cosine loss to the truncated target plus weighted divergence from the whole teacher."""
    losses = []
    for width in widths:
        narrow = student[:, :width]
        loss = cosine_loss(narrow, target[:, :width])
        losses.append(loss + divergence_weight * similarity_divergence(narrow, teacher, temperature))
    return torch.stack(losses).mean()


def search_divergence(
    student: tuple[Tensor, Tensor],
    teacher: tuple[Tensor, Tensor],
    temperature: float,
    skipped: Tensor | None = None,
) -> Tensor:
    """Mean over queries of KL(teacher || student) between the distributions of similarity to the passages.

    Each side is (queries, passages); the two sides may differ in width. `skipped` (queries x passages, true where a
    passage does not count) keeps a text from being compared with itself.
    """
    wanted, found = (
        F.normalize(queries, dim=-1) @ F.normalize(passages, dim=-1).T / temperature for queries, passages in (teacher, student)
    )
    if skipped is not None:
        # Finite, because a difference of two infinities would be NaN; its exponential is 0 all the same.
        wanted, found = wanted.masked_fill(skipped, -1e9), found.masked_fill(skipped, -1e9)
    return F.kl_div(F.log_softmax(found, dim=-1), F.log_softmax(wanted, dim=-1), reduction='batchmean', log_target=True)
