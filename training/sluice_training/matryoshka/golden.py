"""Vectors in float32 that the shipped int8 file must come near: the reference of its test."""

import json
from pathlib import Path

import numpy as np
import torch

from ..encode import Teacher
from ..ranking import normalized

TEXTS = (
    'water',
    'How do I reset my password?',
    'A ship sank off the coast in heavy fog.',
    'What causes the northern lights?',
    'Dr. Müller visited the café in São Paulo, naïvely.',
    'def add(a, b):\n    return a + b  # the sum',
    'SELECT name FROM users WHERE id = 42;',
    'mRNA-1273 and BRCA1 and TP53 and IL-6',
    'price: $1,299.99 (20% off) + tax = ?',
    'Mutations of the gene raise the risk of cancer of the breast in women under fifty.',
    'The committee postponed its vote because two members were ill.',
    'Rice is sown in flooded fields, which keeps weeds down but costs much water.',
    'the the the the the',
    '東京 Tokyo 東京',
    'A retrieval system ranks documents by how well they answer a query. '
    'Sparse methods compare words, dense methods compare vectors, and fusing both is usually better than either alone. '
    'The weights of the fusion are chosen on held-out queries, never on the test queries.',
    'very long text ' * 200,
)


def write_golden(teacher: Path, rotation: np.ndarray, folder: Path) -> None:
    """Whole vectors of `TEXTS`, length 1, rounded to 1e-5; narrower ones are cut from them."""
    encoder = Teacher(teacher, max_tokens=256, dtype=torch.float32)
    vectors = normalized(encoder.encode(list(TEXTS)) @ rotation)
    rows = [{'text': text, 'vector': [round(float(value), 5) + 0.0 for value in row]} for text, row in zip(TEXTS, vectors, strict=True)]
    lines = ',\n'.join(json.dumps(row) for row in rows)
    (folder / 'golden.json').write_text(f'{{"texts": [\n{lines}\n]}}\n', encoding='utf-8')
