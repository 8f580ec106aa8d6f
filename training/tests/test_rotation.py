import numpy as np
import pytest
import torch
from sluice_training.losses import search_divergence
from sluice_training.rotation import Cayley, orthogonalized, principal_rotation


def orthogonal(size: int, seed: int = 0) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]


def test_principal_rotation_orders_directions_by_what_they_hold():
    random = np.random.default_rng(1)
    vectors = random.normal(size=(500, 8)) * np.array([1, 5, 3, 1, 1, 1, 1, 0.1]) + np.array([0, 0, 0, 9, 0, 0, 0, 0])
    rotation = principal_rotation(vectors, 8)
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(8), atol=1e-5)
    lengths = ((vectors @ rotation) ** 2).sum(axis=0)
    assert (np.diff(lengths) < 0).all()
    # Not centred: what all texts share comes first.
    assert abs(rotation[3, 0]) > 0.99


def test_a_fresh_map_is_its_start_and_stays_orthogonal_wherever_it_is_moved():
    start = orthogonal(12)
    turned = Cayley(start)
    np.testing.assert_allclose(turned().detach().numpy(), start, atol=1e-12)
    with torch.no_grad():
        turned.free.copy_(3 * torch.randn(12, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(1)))
    moved = turned().detach().numpy()
    np.testing.assert_allclose(moved @ moved.T, np.eye(12), atol=1e-10)
    assert np.abs(moved - start).max() > 0.1


def test_gradient_through_the_map_equals_central_differences():
    turned, step = Cayley(orthogonal(6)), 1e-6
    generator = torch.Generator().manual_seed(2)
    queries, passages = (torch.randn(rows, 6, dtype=torch.float64, generator=generator) for rows in (4, 5))

    def loss() -> torch.Tensor:
        rotation = turned()
        return search_divergence(((queries @ rotation)[:, :3], (passages @ rotation)[:, :3]), (queries, passages), 0.2)

    loss().backward()
    for row in range(6):
        for column in range(6):
            with torch.no_grad():
                turned.free[row, column] += step
                above = loss()
                turned.free[row, column] -= 2 * step
                below = loss()
                turned.free[row, column] += step
            assert ((above - below) / (2 * step)).item() == pytest.approx(turned.free.grad[row, column].item(), abs=1e-7)


def test_nearest_orthogonal_matrix_undoes_rounding():
    exact = orthogonal(16)
    rounded = exact + 1e-4 * np.random.default_rng(3).normal(size=exact.shape)
    mended = orthogonalized(rounded).astype(np.float64)
    np.testing.assert_allclose(mended @ mended.T, np.eye(16), atol=1e-6)
    assert np.linalg.norm(mended - exact) < np.linalg.norm(rounded - exact)
