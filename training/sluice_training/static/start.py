"""Where training starts: the teacher's vectors of single tokens, turned, centred and weighted by rarity."""

import numpy as np

from ..tokens import Bags

DIMENSIONS = 256


def token_shares(bags: list[Bags], size: int) -> np.ndarray:
    counts = sum(np.bincount(bag.ids, minlength=size).astype(np.float64) for bag in bags)
    return counts / counts.sum()


def starting_rows(token_vectors: np.ndarray, rotation: np.ndarray, shares: np.ndarray, smoothing: float = 1e-3) -> np.ndarray:
    """Token vectors minus their mean, times the smooth inverse frequency a / (a + p) (Arora et al. 2017)."""
    rows = token_vectors.astype(np.float32) @ rotation
    rows = rows - rows.mean(axis=0)
    return rows * (smoothing / (smoothing + shares))[:, None].astype(np.float32)
