"""Logits in float32 that the shipped int8 file must come near: the reference of its test."""

import json
from pathlib import Path

import torch

from .model import CrossEncoder
from .pairs import PairReader, collate

PAIRS = (
    ('how do I reset my password', 'Open the settings, choose Security and then Reset password; a link is sent to your address.'),
    ('how do I reset my password', 'Passwords are stored as salted hashes, so that nobody can read them.'),
    ('how do I reset my password', 'Rice is sown in flooded fields, which keeps weeds down but costs much water.'),
    ('what causes the northern lights', 'Charged particles from the sun meet the upper air near the poles and make it glow.'),
    ('what causes the northern lights', 'The northern line of the underground was opened in 1890 and is marked in black.'),
    ('what causes the northern lights', ''),
    ('who wrote the first program', 'Ada Lovelace published an algorithm for the Analytical Engine in 1843.'),
    ('who wrote the first program', 'The first programme of the season was broadcast on a Sunday evening.'),
    ('python add two numbers', 'def add(a, b):\n    return a + b  # the sum'),
    ('python add two numbers', 'SELECT name FROM users WHERE id = 42;'),
    ('Mutations that raise the risk of breast cancer', 'Variants of BRCA1 and BRCA2 are found in families with many cases of breast cancer.'),
    ('Mutations that raise the risk of breast cancer', 'The committee postponed its vote because two members were ill.'),
)


def write_golden(model: CrossEncoder, reader: PairReader, folder: Path) -> None:
    """Raw logits of `PAIRS`, rounded to 1e-4."""
    model.eval()
    with torch.inference_mode():
        logits = model(*collate([reader.pair(*pair) for pair in PAIRS])).tolist()
    rows = [
        {'query': query, 'passage': passage, 'logit': round(logit, 4)}
        for (query, passage), logit in zip(PAIRS, logits, strict=True)
    ]
    lines = ',\n'.join(json.dumps(row) for row in rows)
    (folder / 'golden.json').write_text(f'{{"pairs": [\n{lines}\n]}}\n', encoding='utf-8')
