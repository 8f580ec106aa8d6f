"""What is chosen; the defaults are what the shipped head was trained with."""

from dataclasses import dataclass

MOST_TERMS = 200


@dataclass(frozen=True)
class Recipe:
    minutes: float = 40.0
    batch: int = 24
    width: int = 128
    slots: int = 8
    # Expansions of a text that have a gradient.
    most: int = 250
    rate: float = 5e-4
    row_rate: float = 1e-4
    table_rate: float = 5e-4
    labels: float = 0.3
    margin: float = 0.05
    sparsity: float = 3e-3
    # The hybrid that is distilled: cosine / temperature + bm25_share times the BM25 score.
    temperature: float = 0.05
    bm25_share: float = 0.5
    seed: int = 20261128
