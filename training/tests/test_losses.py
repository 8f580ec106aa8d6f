import numpy as np
import pytest
import torch
from sluice_training.losses import cosine_loss, matryoshka_loss, search_divergence, similarity_divergence

WIDTHS = (3, 6)


def vectors(seed: int, rows: int = 5, width: int = 6) -> torch.Tensor:
    return torch.randn(rows, width, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


LOSSES = {
    'cosine': lambda student: cosine_loss(student, vectors(1)),
    'divergence': lambda student: similarity_divergence(student, vectors(2, width=9), 0.2),
    'search': lambda student: search_divergence((student[:2], student[2:]), (vectors(1)[:2], vectors(2)[:3]), 0.2),
    'matryoshka': lambda student: matryoshka_loss(student, vectors(2, width=9), vectors(1), WIDTHS, 0.3, 0.2),
}


@pytest.mark.parametrize('name', LOSSES)
def test_gradient_equals_central_differences(name):
    loss, student, step = LOSSES[name], vectors(3), 1e-6
    student.requires_grad_(True)
    loss(student).backward()
    for row in range(student.shape[0]):
        for column in range(student.shape[1]):
            nudge = torch.zeros_like(student)
            nudge[row, column] = step
            with torch.no_grad():
                slope = (loss(student + nudge) - loss(student - nudge)) / (2 * step)
            assert slope.item() == pytest.approx(student.grad[row, column].item(), abs=1e-7)


def test_perfect_student_has_no_loss():
    teacher = vectors(4)
    assert matryoshka_loss(3 * teacher, teacher, teacher, [6]).item() == pytest.approx(0, abs=1e-12)


def test_divergence_equals_the_sum_written_out():
    student, teacher, temperature = vectors(5).numpy(), vectors(6).numpy(), 0.5
    total = 0.0
    for i in range(5):
        others = [j for j in range(5) if j != i]

        def distribution(rows):
            cosines = [rows[i] @ rows[j] / np.linalg.norm(rows[i]) / np.linalg.norm(rows[j]) for j in others]
            odds = [np.exp(cosine / temperature) for cosine in cosines]
            return [odd / sum(odds) for odd in odds]

        total += sum(p * np.log(p / q) for p, q in zip(distribution(teacher), distribution(student)))
    found = similarity_divergence(torch.from_numpy(student), torch.from_numpy(teacher), temperature)
    assert found.item() == pytest.approx(total / 5, rel=1e-10)


def test_ranking_a_set_against_itself_is_the_divergence_of_its_similarities():
    student, teacher = vectors(5), vectors(6)
    itself = torch.eye(5, dtype=torch.bool)
    found = search_divergence((student, student), (teacher, teacher), 0.3, itself)
    assert found.item() == pytest.approx(similarity_divergence(student, teacher, 0.3).item(), rel=1e-12)
