"""The loss of a batch of lists, of which each begins with the passage that answers."""

import torch
from torch import Tensor
from torch.nn import functional as F


def list_loss(logits: Tensor, binary_weight: float, similarities: Tensor | None = None, teacher: tuple[float, float] = (0, 1)) -> Tensor:
    """`logits` is lists x passages, the answer first; so are `similarities`, what a teacher thinks.

    Softmax cross-entropy over a list teaches the order; binary cross-entropy, weighed so that answers count as much as
    the others together, gives the logits a zero that means the same for every query. `teacher` is the weight of a third
    part and the scale of the similarities in it: the teacher's distribution over a list says which of the others are
    near, and holds what it was taught by far more pairs than there are here.
    """
    lists, passages = logits.shape
    order = F.cross_entropy(logits, torch.zeros(lists, dtype=torch.long, device=logits.device))
    answers, others = F.softplus(-logits[:, 0]).mean(), F.softplus(logits[:, 1:]).mean()
    loss = order + binary_weight * (answers + others) / 2
    if similarities is None:
        return loss
    weight, scale = teacher
    return loss + weight * F.cross_entropy(logits, F.softmax(scale * similarities, dim=1))
