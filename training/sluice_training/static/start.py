"""Where training starts: the teacher's vectors of single tokens, turned, centred and weighted by rarity."""

import numpy as np

from ..tokens import Bags

DIMENSIONS = 256


def principal_rotation(vectors: np.ndarray, dimensions: int = DIMENSIONS) -> np.ndarray:
    """Uncentred PCA: the orthonormal map to the directions that hold most of the vectors' length, best first."""
    sample = vectors.astype(np.float64)
    values, directions = np.linalg.eigh(sample.T @ sample)
    chosen = directions[:, np.argsort(-values)[:dimensions]]
    # The sign of a direction is arbitrary; fixing it keeps the result the same from one library to the next.
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    return (chosen * signs).astype(np.float32)


def token_shares(bags: list[Bags], size: int) -> np.ndarray:
    counts = sum(np.bincount(bag.ids, minlength=size).astype(np.float64) for bag in bags)
    return counts / counts.sum()


def starting_rows(token_vectors: np.ndarray, rotation: np.ndarray, shares: np.ndarray, smoothing: float = 1e-3) -> np.ndarray:
    """Token vectors minus their mean, times the smooth inverse frequency a / (a + p) (Arora et al. 2017)."""
    rows = token_vectors.astype(np.float32) @ rotation
    rows = rows - rows.mean(axis=0)
    return rows * (smoothing / (smoothing + shares))[:, None].astype(np.float32)
