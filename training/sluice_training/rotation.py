"""Orthogonal maps: where one starts, and how one is learnt without ceasing to be orthogonal."""

import numpy as np
import torch
from torch import Tensor, nn


def principal_rotation(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """Uncentred PCA: the orthonormal map to the directions that hold most of the vectors' length, best first."""
    sample = vectors.astype(np.float64)
    values, directions = np.linalg.eigh(sample.T @ sample)
    chosen = directions[:, np.argsort(-values)[:dimensions]]
    # The sign of a direction is arbitrary; fixing it keeps the result the same from one library to the next.
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    return (chosen * signs).astype(np.float32)


class Cayley(nn.Module):
    """An orthogonal matrix (inputs x outputs) with a gradient: `start` times the Cayley transform of a skew matrix.

    The parameter begins at zero, which is `start` itself; whatever a step adds to it, lengths and angles stay.
    """

    def __init__(self, start: np.ndarray) -> None:
        super().__init__()
        self.register_buffer('start', torch.from_numpy(start))
        self.free = nn.Parameter(torch.zeros_like(self.start))

    def forward(self) -> Tensor:
        skew = (self.free - self.free.T) / 2
        one = torch.eye(len(skew), dtype=skew.dtype)
        return self.start @ torch.linalg.solve(one + skew, one - skew)


def orthogonalized(matrix: np.ndarray) -> np.ndarray:
    """The orthogonal matrix nearest to one that rounding has moved a little (polar factor, in float64)."""
    left, _, right = np.linalg.svd(matrix.astype(np.float64))
    return (left @ right).astype(np.float32)
