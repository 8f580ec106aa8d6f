"""The loop: batches until the time is over, with checkpoints to go on from."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from ..log import Log
from .batches import ReadList, batches
from .lists import Mined, mixed_lists
from .loss import across_loss, list_loss, teacher_loss
from .model import CrossEncoder, freeze
from .pairs import PairReader, collate
from .recipe import SHARES, Recipe
from .schedule import share_of_peak

LOG_EVERY = 25


@dataclass
class Progress:
    """`spent` is the share of the time that is over, 0 to 1."""

    step: int = 0
    lists: int = 0
    spent: float = 0.0


@dataclass(frozen=True)
class Checkpoints:
    """Written after every `seconds`; `made` is called with each, to export and to score it."""

    path: Path
    seconds: float
    made: Callable[[CrossEncoder, Progress], None]


def optimizer_of(model: CrossEncoder, recipe: Recipe) -> torch.optim.Optimizer:
    trunk = [weight for weight in model.trunk.parameters() if weight.requires_grad]
    head = [*model.pooler.parameters(), *model.classifier.parameters()]
    groups = [{'params': trunk, 'peak': recipe.peak_rate}, {'params': head, 'peak': recipe.head_rate}]
    return torch.optim.AdamW(groups, lr=recipe.peak_rate, weight_decay=recipe.weight_decay, fused=True)


def train(
    model: CrossEncoder,
    reader: PairReader,
    sources: list[Mined],
    recipe: Recipe,
    seconds: float,
    checkpoints: Checkpoints,
    log: Log,
    clock: Callable[[], float] = time.monotonic,
) -> Progress:
    """Trains for `seconds` from now; from a checkpoint, the schedule goes on where it was and ends then."""
    freeze(model, recipe.frozen_layers)
    optimizer, progress = optimizer_of(model, recipe), Progress()
    if checkpoints.path.exists():
        progress = restore(checkpoints.path, model, optimizer)
    random = np.random.default_rng([recipe.seed, progress.step])
    short = reader.cut(recipe.short_tokens)

    def draw() -> PairReader:
        return short if random.random() < recipe.short_share else reader

    stream = batches(mixed_lists(sources, SHARES, recipe.negatives, random), draw, recipe.lists, random)
    log.write('train', seconds=seconds, queries={source.name: len(source.rows) for source in sources}, **asdict(recipe))
    begun, before, saved = clock(), progress.spent, clock()
    report = Report(log)
    model.train()
    while progress.spent < 1:
        share = share_of_peak(progress.spent, recipe.warm_up)
        for group in optimizer.param_groups:
            group['lr'] = group['peak'] * share
        report.add(*step(model, optimizer, next(stream), recipe))
        progress.step += 1
        progress.lists += recipe.lists
        progress.spent = before + (clock() - begun) / seconds * (1 - before)
        if progress.step % LOG_EVERY == 0:
            report.write(progress, share)
        if clock() - saved > checkpoints.seconds:
            save(checkpoints.path, model, optimizer, progress)
            checkpoints.made(model, progress)
            saved = clock()
    save(checkpoints.path, model, optimizer, progress)
    checkpoints.made(model, progress)
    return progress


def step(
    model: CrossEncoder, optimizer: torch.optim.Optimizer, batch: list[ReadList], recipe: Recipe
) -> tuple[float, list[tuple[str, bool]]]:
    """The loss, and for each list its source and whether the answer came first before the weights moved."""
    logits = model(*collate([pair for item in batch for pair in item.pairs])).view(len(batch), -1)
    loss = list_loss(logits, recipe.binary_weight) + recipe.across_weight * across_loss(logits)
    taught = [row for row, item in enumerate(batch) if item.similarities is not None]
    if taught:
        similarities = torch.tensor([batch[row].similarities for row in taught])
        share = recipe.teacher_weight * len(taught) / len(batch)
        loss = loss + share * teacher_loss(logits[taught], similarities, recipe.teacher_scale)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([weight for weight in model.parameters() if weight.requires_grad], 1.0)
    optimizer.step()
    first = (logits[:, 0] > logits[:, 1:].amax(dim=1)).tolist()
    return loss.item(), [(item.source, right) for item, right in zip(batch, first, strict=True)]


class Report:
    """Running means since the last line: of lists seen for the first time they are held-out scores."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.losses: list[float] = []
        self.right: dict[str, list[bool]] = defaultdict(list)

    def add(self, loss: float, answers: list[tuple[str, bool]]) -> None:
        self.losses.append(loss)
        for source, right in answers:
            self.right[source].append(right)

    def write(self, progress: Progress, share: float) -> None:
        rights = [right for rights in self.right.values() for right in rights]
        self.log.write(
            'step',
            step=progress.step,
            spent=round(progress.spent, 4),
            rate=round(share, 3),
            loss=round(float(np.mean(self.losses)), 4),
            first=round(float(np.mean(rights)), 3),
            sources={name: round(float(np.mean(found)), 2) for name, found in sorted(self.right.items())},
        )
        self.losses.clear()
        self.right.clear()


def save(path: Path, model: CrossEncoder, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix('.partial')
    torch.save({'model': model.state_dict(), 'optimizer': optimizer.state_dict(), 'progress': asdict(progress)}, partial)
    partial.replace(path)


def restore(path: Path, model: CrossEncoder, optimizer: torch.optim.Optimizer) -> Progress:
    kept = torch.load(path, weights_only=True)
    model.load_state_dict(kept['model'])
    optimizer.load_state_dict(kept['optimizer'])
    return Progress(**kept['progress'])
