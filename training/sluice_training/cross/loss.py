"""The loss of a batch of lists, of which each begins with the passage that answers."""

import torch
from torch import Tensor
from torch.nn import functional as F


def list_loss(logits: Tensor, binary_weight: float) -> Tensor:
    """`logits` is lists x passages, the answer first.

    Softmax cross-entropy over a list teaches the order; binary cross-entropy, weighed so that answers count as much as
    the others together, gives the logits a zero that means the same for every query.
    """
    lists, passages = logits.shape
    order = F.cross_entropy(logits, torch.zeros(lists, dtype=torch.long, device=logits.device))
    answers, others = F.softplus(-logits[:, 0]).mean(), F.softplus(logits[:, 1:]).mean()
    return order + binary_weight * (answers + others) / 2
