"""What all-MiniLM-L6-v2 thinks of a query and a passage, each read alone: cosines of vectors that encode-pools.js wrote."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Vectors:
    """Unit rows (texts x dimensions), and which row belongs to which key."""

    rows: np.ndarray
    at: Mapping[str, int]

    def of(self, keys: Sequence[str]) -> np.ndarray:
        return self.rows[[self.at[key] for key in keys]]


@dataclass(frozen=True)
class Teacher:
    """`queries` are known by their text, `passages` by their id."""

    queries: Vectors
    passages: Vectors

    def similarities(self, query: str, ids: Sequence[str]) -> list[float] | None:
        """None where one of the texts was not read."""
        if query not in self.queries.at or any(key not in self.passages.at for key in ids):
            return None
        return (self.passages.of(ids) @ self.queries.of([query])[0]).tolist()


def read_vectors(stem: Path) -> Vectors:
    """`stem.json` has the keys, `stem.f32` the rows, one after the other, in little-endian float32."""
    keys = json.loads(stem.with_name(f'{stem.name}.json').read_text())
    rows = np.fromfile(stem.with_name(f'{stem.name}.f32'), dtype='<f4').reshape(len(keys), -1)
    return Vectors(rows, {key: row for row, key in enumerate(keys)})


def read_teacher(folder: Path, name: str) -> Teacher:
    return Teacher(read_vectors(folder / f'{name}.queries'), read_vectors(folder / f'{name}.passages'))


def has_read(folder: Path, name: str) -> bool:
    return (folder / f'{name}.queries.json').exists()
