"""Learns the head: in-batch softmax with hard negatives, and the hybrid's scores distilled (divergence and MarginMSE)."""

import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..log import Log
from .head import QueryHead, SparseHead, active_square, quadratic
from .measure import measure
from .recipe import Recipe
from .terms import Terms
from .texts import TrainingTexts


def hard_negatives(texts: TrainingTexts, idf: np.ndarray, recipe: Recipe, depth: int = 40) -> np.ndarray:
    """Queries x depth: passages of the same source that the hybrid puts first, answers and held-out ones left out."""
    queries, passages = texts.queries, texts.passages
    answers: dict[int, set[int]] = {}
    for query, passage in texts.answers:
        answers.setdefault(int(query), set()).add(int(passage))
    found = np.full((len(queries), depth), -1, dtype=np.int64)
    for number in range(len(texts.sources)):
        rows = np.flatnonzero((passages.source == number) & ~passages.held_out)
        asked = np.flatnonzero((queries.source == number) & ~queries.held_out)
        if len(rows) <= depth + 10 or len(asked) == 0:
            continue
        dense = queries.vectors[asked] @ passages.vectors[rows].T
        near = np.argpartition(-dense, depth, axis=1)[:, : 2 * depth]
        for at, query in enumerate(asked):
            candidates = rows[near[at]]
            scores = dense[at, near[at]] / recipe.temperature + recipe.bm25_share * texts.bm25(query, candidates, idf)
            ordered = [row for row in candidates[np.argsort(-scores)] if row not in answers.get(int(query), ())]
            found[query, : min(depth, len(ordered))] = ordered[:depth]
    return found


class Batches:
    """Queries of one source, or of all; each with one answer and one hard negative."""

    def __init__(self, texts: TrainingTexts, negatives: np.ndarray, recipe: Recipe) -> None:
        kept = ~(texts.queries.held_out[texts.answers[:, 0]] | texts.passages.held_out[texts.answers[:, 1]])
        self.answers = texts.answers[kept]
        self.negatives, self.size = negatives, recipe.batch
        self.by_source = [np.flatnonzero(texts.queries.source[self.answers[:, 0]] == number) for number in range(len(texts.sources))]
        self.by_source = [rows for rows in self.by_source if len(rows) >= self.size]
        sizes = np.sqrt([len(rows) for rows in self.by_source])
        self.odds = sizes / sizes.sum()

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if random.random() < 0.7:
            pool = self.by_source[random.choice(len(self.by_source), p=self.odds)]
            pairs = self.answers[random.choice(pool, self.size, replace=False)]
        else:
            sources = random.choice(len(self.by_source), self.size, p=self.odds)
            pairs = self.answers[[random.choice(self.by_source[source]) for source in sources]]
        negatives = self.negatives[pairs[:, 0], random.integers(0, 30, self.size)]
        others = self.answers[random.integers(0, len(self.answers), self.size), 1]
        return pairs[:, 0], pairs[:, 1], np.where(negatives < 0, others, negatives)


class Loss(nn.Module):
    """Of one kind of query. Scores of students have a learnt temperature, which starts at 2 points of BM25."""

    def __init__(self, labels: float, margin: float) -> None:
        super().__init__()
        self.labels, self.margin = labels, margin
        self.temperature = nn.Parameter(torch.tensor(2.0).log())

    def forward(self, scores: Tensor, wanted: Tensor, same: Tensor) -> Tensor:
        """Queries x documents; column i is the answer of query i, column n + i its hard negative.

        `same` is true where another column is an answer too: it is no negative.
        """
        count = len(scores)
        found = scores / self.temperature.exp()
        divergence = F.kl_div(found.log_softmax(dim=1), wanted.log_softmax(dim=1), reduction='batchmean', log_target=True)
        labelled = F.cross_entropy(found.masked_fill(same, -1e9), torch.arange(count))
        pairs = torch.arange(count)
        margins = (found[pairs, pairs] - found[pairs, count + pairs]) - (wanted[pairs, pairs] - wanted[pairs, count + pairs])
        return divergence + self.labels * labelled + self.margin * margins.square().mean()


class Trainer:
    def __init__(self, texts: TrainingTexts, terms: Terms, head: SparseHead, recipe: Recipe, log: Log) -> None:
        self.texts, self.terms, self.head, self.recipe, self.log = texts, terms, head, recipe, log
        self.asked = QueryHead(terms.vocabulary, texts.queries.vectors.shape[1])
        self.losses = nn.ModuleList(Loss(recipe.labels, recipe.margin) for _ in range(2))
        rows = [head.rows, head.bias]
        tables = [head.nu, self.asked.table]
        special = {id(each) for each in rows + tables}
        everything = [*head.parameters(), *self.asked.parameters(), *self.losses.parameters()]
        self.optimizer = torch.optim.Adam(
            [
                {'params': [each for each in everything if id(each) not in special], 'peak': recipe.rate},
                {'params': rows, 'peak': recipe.row_rate},
                {'params': tables, 'peak': recipe.table_rate},
            ]
        )
        self.answered = {(int(query), int(passage)) for query, passage in texts.answers}
        self.step, self.spent, self.best = 0, 0.0, 0.0

    def batch_loss(self, queries: np.ndarray, documents: np.ndarray, pace: float) -> tuple[Tensor, dict[str, float]]:
        """`pace`: the share of the regulariser's weight, 0 to 1."""
        texts, head, recipe = self.texts, self.head, self.recipe
        weights = head(texts.passages.batch(documents), recipe.most)
        wanted = torch.from_numpy(self.teacher(queries, documents))
        same = torch.tensor([[(int(q), int(d)) in self.answered for d in documents] for q in queries])
        same[torch.arange(len(queries)), torch.arange(len(queries))] = False
        table = self.asked.free()
        free = torch.stack([weights[:, terms] @ table[terms] for terms in (torch.from_numpy(texts.queries.terms[q]) for q in queries)])
        encoded = self.asked.encoded(texts.queries.batch(queries), head) @ weights.T
        losses = [loss(scores, wanted, same) for loss, scores in zip(self.losses, (free, encoded), strict=True)]
        flops = active_square(weights)
        total = losses[0] + 0.5 * losses[1] + pace * recipe.sparsity * flops
        active = float((weights > 0).sum() / len(documents))
        return total, {'free': losses[0].item(), 'encoder': losses[1].item(), 'flops': flops.item(), 'active': active}

    def teacher(self, queries: np.ndarray, documents: np.ndarray) -> np.ndarray:
        dense = self.texts.queries.vectors[queries] @ self.texts.passages.vectors[documents].T / self.recipe.temperature
        lexical = np.stack([self.texts.bm25(query, documents, self.terms.idf) for query in queries])
        return (dense + self.recipe.bm25_share * lexical).astype(np.float32)

    def run(self, tasks: list[dict], checkpoint: Path, every: float = 150.0) -> None:
        """Until the recipe's minutes are over; goes on from `checkpoint` where there is one."""
        recipe, limit = self.recipe, self.recipe.minutes * 60
        if checkpoint.exists():
            self.load(checkpoint)
        batches = Batches(self.texts, hard_negatives(self.texts, self.terms.idf, recipe), recipe)
        random = np.random.default_rng([recipe.seed, self.step])
        self.log.write('train', pairs=len(batches.answers), resumed_at=self.step, **asdict(recipe))
        started, last, saved = time.monotonic(), time.monotonic(), time.monotonic()
        sums: dict[str, float] = {}
        counted = 0
        while (share := (self.spent + time.monotonic() - started) / limit) < 1:
            self.set_rates(share)
            queries, answers, negatives = batches.draw(random)
            total, facts = self.batch_loss(queries, np.concatenate([answers, negatives]), quadratic(int(share * 1000), 300))
            self.optimizer.zero_grad()
            total.backward()
            self.optimizer.step()
            self.step += 1
            counted += 1
            for name, value in facts.items():
                sums[name] = sums.get(name, 0.0) + value
            if time.monotonic() - last > 60:
                self.log.write('step', step=self.step, share=round(share, 3), **{name: round(value / counted, 4) for name, value in sums.items()})
                sums, counted, last = {}, 0, time.monotonic()
            if time.monotonic() - saved > every:
                self.spent += time.monotonic() - started
                self.save(checkpoint)
                self.keep_best(measure(self.texts, tasks, self.head, self.asked), checkpoint)
                started = saved = last = time.monotonic()
        self.spent = limit
        self.save(checkpoint)
        self.keep_best(measure(self.texts, tasks, self.head, self.asked), checkpoint)

    def keep_best(self, scores: dict, checkpoint: Path) -> None:
        """What held-out texts like best is saved beside the checkpoint: few pairs are soon learnt by heart."""
        mean = scores['free']['mean'] + scores['encoder']['mean']
        self.log.write('held out', step=self.step, best=mean > self.best, **scores)
        if mean > self.best:
            self.best = mean
            self.save(checkpoint.with_suffix('.best.pt'))

    def set_rates(self, share: float) -> None:
        """Warms up over a twentieth of the time, then falls to nothing along a cosine."""
        factor = min(1.0, share * 20) * 0.5 * (1 + float(np.cos(np.pi * share)))
        for group in self.optimizer.param_groups:
            group['lr'] = group['peak'] * factor

    def save(self, path: Path) -> None:
        modules = {name: module.state_dict() for name, module in (('head', self.head), ('asked', self.asked), ('losses', self.losses))}
        partial = path.with_suffix('.partial')
        torch.save({**modules, 'optimizer': self.optimizer.state_dict(), 'step': self.step, 'spent': self.spent, 'best': self.best}, partial)
        partial.rename(path)

    def load(self, path: Path) -> None:
        saved = torch.load(path, weights_only=True)
        for name, module in (('head', self.head), ('asked', self.asked), ('losses', self.losses)):
            module.load_state_dict(saved[name])
        self.optimizer.load_state_dict(saved['optimizer'])
        self.step, self.spent, self.best = saved['step'], saved['spent'], saved['best']
