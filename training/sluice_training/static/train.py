"""Trains the rows so that their sums give the teacher's vectors and the teacher's similarities."""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..corpus import Encoded
from ..log import Log
from ..losses import matryoshka_loss
from ..tokens import Bags
from .table import WIDTHS


@dataclass(frozen=True)
class Recipe:
    """What is chosen; the defaults are what the shipped model was trained with."""

    epochs: int = 8
    batch: int = 512
    peak_rate: float = 5e-3
    divergence_weight: float = 0.3
    temperature: float = 0.1
    seed: int = 20261120


@dataclass(frozen=True)
class Pool:
    """All texts to train on, as rows of the table, with the teacher's whole vector of each."""

    bags: Bags
    vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.vectors)


def training_pool(corpus: list[Encoded], row_of_token: np.ndarray) -> Pool:
    """Every text that is not held out and has a known token."""
    ids, lengths, vectors = [], [], []
    for part in corpus:
        wanted = np.flatnonzero(~part.held_out & (part.bags.lengths() > 0))
        bags = part.bags.take(wanted)
        ids.append(row_of_token[bags.ids])
        lengths.append(bags.lengths())
        vectors.append(part.vectors[wanted])
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return Pool(Bags(np.concatenate(ids), offsets), np.concatenate(vectors))


def train(rows: np.ndarray, pool: Pool, rotation: np.ndarray, recipe: Recipe, log: Log) -> np.ndarray:
    """Adam with a one-cycle rate over shuffled batches; returns the trained rows."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    table = torch.nn.Embedding.from_pretrained(torch.from_numpy(rows.copy()), freeze=False)
    optimizer = torch.optim.Adam(table.parameters(), lr=recipe.peak_rate, fused=True)
    steps_per_epoch = len(pool) // recipe.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.peak_rate, total_steps=recipe.epochs * steps_per_epoch)
    turn = torch.from_numpy(rotation)
    log.write('train', texts=len(pool), steps=recipe.epochs * steps_per_epoch, **asdict(recipe))
    for epoch in range(recipe.epochs):
        order = random.permutation(len(pool))
        total = 0.0
        for step in range(steps_per_epoch):
            batch = order[step * recipe.batch : (step + 1) * recipe.batch]
            loss = batch_loss(table.weight, pool, batch, turn, recipe)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        log.write('epoch', epoch=epoch + 1, loss=round(total / steps_per_epoch, 5), rate=schedule.get_last_lr()[0])
    trained = table.weight.detach().numpy().copy()
    trained[0] = 0
    return trained


def batch_loss(weight: torch.Tensor, pool: Pool, batch: np.ndarray, turn: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    bags = pool.bags.take(batch)
    teacher = torch.from_numpy(pool.vectors[batch].astype(np.float32))
    ids, offsets = torch.from_numpy(bags.ids), torch.from_numpy(bags.offsets[:-1])
    student = F.embedding_bag(ids, weight, offsets, mode='sum', padding_idx=0)
    return matryoshka_loss(student, teacher, teacher @ turn, WIDTHS, recipe.divergence_weight, recipe.temperature)
