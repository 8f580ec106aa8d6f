"""What the frozen trunk makes of every token, computed once and kept in shards: head steps are cheap after that."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from ..bert import Bert
from ..encode import CLS, SEP
from ..log import Log
from ..tokens import Bags


@dataclass(frozen=True)
class States:
    """Token ids (`[CLS]` and `[SEP]` included) and last-layer states, one text behind the other.

    Text `i` has the rows `offsets[i]:offsets[i + 1]` of `ids` (int32) and of `values` (float16, tokens x hidden).
    """

    ids: np.ndarray
    offsets: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def row(self, text: int) -> tuple[np.ndarray, np.ndarray]:
        tokens = slice(self.offsets[text], self.offsets[text + 1])
        return self.ids[tokens], self.values[tokens]


@torch.inference_mode()
def trunk_states(bert: Bert, bags: Bags, batch_tokens: int = 1024) -> States:
    """Only texts of equal length share a batch: no padding, and no state depends on its neighbours."""
    lengths = bags.lengths()
    offsets = np.concatenate([[0], np.cumsum(lengths + 2)])
    ids = np.empty(offsets[-1], dtype=np.int32)
    values = np.empty((offsets[-1], bert.words.embedding_dim), dtype=np.float16)
    for length in np.unique(lengths):
        texts = np.flatnonzero(lengths == length)
        size = max(1, batch_tokens // (length + 2))
        for start in range(0, len(texts), size):
            batch = texts[start : start + size]
            rows = np.empty((len(batch), length + 2), dtype=np.int64)
            rows[:, 0], rows[:, -1] = CLS, SEP
            rows[:, 1:-1] = bags.ids[bags.offsets[batch][:, None] + np.arange(length)]
            places = offsets[batch][:, None] + np.arange(length + 2)
            ids[places] = rows
            values[places] = bert.states(torch.from_numpy(rows)).numpy().astype(np.float16)
    return States(ids, offsets, values)


def write_shards(bert: Bert, name: str, bags: Bags, cache: Path, log: Log, shard: int = 500) -> None:
    """Shards that are there already are left alone, so a run that stops goes on where it was."""
    for start in range(0, len(bags), shard):
        block = bags.take(np.arange(start, min(start + shard, len(bags))))
        path = shard_path(cache, name, start // shard, block)
        if path.exists():
            continue
        with log.timed('states', source=name, done=start, total=len(bags), tokens=len(block.ids)):
            states = trunk_states(bert, block)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix('.partial')
        with partial.open('wb') as file:
            for array in (states.ids, states.offsets, states.values):
                np.save(file, array)
        partial.rename(path)


def shard_path(cache: Path, name: str, number: int, block: Bags) -> Path:
    digest = sha256(block.ids.tobytes() + block.offsets.tobytes()).hexdigest()[:12]
    return cache / name / f'{number:04d}-{digest}.states'


def read_shards(name: str, bags: Bags, cache: Path, shard: int = 500) -> States:
    """The states of the leading texts of `bags` whose shards are there; later ones may still be on their way."""
    parts = []
    for start in range(0, len(bags), shard):
        block = bags.take(np.arange(start, min(start + shard, len(bags))))
        path = shard_path(cache, name, start // shard, block)
        if not path.exists():
            break
        with path.open('rb') as file:
            parts.append(States(*(np.load(file) for _ in range(3))))
    if not parts:
        raise FileNotFoundError(f'no states of {name} in {cache}: run sluice_training.splade.prepare first')
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return States(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.values for part in parts]),
    )
