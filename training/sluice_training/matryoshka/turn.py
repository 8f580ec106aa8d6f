"""Learns the rotation: at every width, a text ranks the others as the teacher's whole vectors do."""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..corpus import Encoded
from ..held_out import held_out_tasks, teacher_scores
from ..log import Log
from ..losses import search_divergence
from ..rotation import Cayley, orthogonalized, principal_rotation
from .agreement import agreement
from .batches import Sides, Texts
from .recipe import WIDTHS, Recipe


@dataclass(frozen=True)
class Turned:
    """An orthogonal map, inputs x outputs, and the shares of the teacher's quality before and after."""

    rotation: np.ndarray
    before: dict
    after: dict


def turn(corpus: list[Encoded], recipe: Recipe, log: Log) -> Turned:
    """Starts from uncentred PCA, learns, and says how well both agree with the teacher on held-out texts."""
    texts, tasks = Texts(corpus), held_out_tasks(corpus)
    ceiling = teacher_scores(tasks)
    log.write('teacher', scores={name: round(score, 4) for name, score in ceiling.items()})
    start = principal_rotation(texts.vectors, texts.vectors.shape[1])
    before = agreement(start, tasks, ceiling)
    log.write('start', shares=before)
    rotation = learn(start, texts, recipe, log)
    after = agreement(rotation, tasks, ceiling)
    log.write('turned', shares=after)
    return Turned(rotation, before, after)


def learn(start: np.ndarray, texts: Texts, recipe: Recipe, log: Log) -> np.ndarray:
    random = np.random.default_rng(recipe.seed)
    turned = Cayley(start)
    optimizer = torch.optim.Adam(turned.parameters(), lr=recipe.peak_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.peak_rate, total_steps=recipe.steps)
    log.write('turn', texts=len(texts.vectors), **asdict(recipe))
    total = 0.0
    for step, sides in enumerate(texts.batches(recipe.steps, recipe.batch, random), start=1):
        loss = batch_loss(turned(), sides, recipe.temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % 100 == 0:
            log.write('step', step=step, loss=round(total / 100, 5))
            total = 0.0
    return orthogonalized(turned().detach().numpy())


def batch_loss(rotation: Tensor, sides: Sides, temperature: float) -> Tensor:
    teacher = tuple(F.normalize(torch.from_numpy(side).to(rotation.dtype), dim=-1) for side in sides)
    queries, passages = (side @ rotation for side in teacher)
    losses = [search_divergence((queries[:, :width], passages[:, :width]), teacher, temperature) for width in WIDTHS]
    return torch.stack(losses).mean()
