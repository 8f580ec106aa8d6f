"""What is chosen; the defaults are what the shipped model was trained with."""

from dataclasses import dataclass

WIDTHS = (64, 128, 256)


@dataclass(frozen=True)
class Recipe:
    steps: int = 800
    batch: int = 512
    peak_rate: float = 2e-3
    temperature: float = 0.05
    seed: int = 20261120
