"""A small model and lists made up for tests: an answer has a word that other passages lack."""

from dataclasses import dataclass

import numpy as np
import torch

from ..tokens import wordpiece
from .lists import Mined
from .model import CrossEncoder
from .pairs import PairReader

WORDS, ANSWERING = 40, 'yes'
CONFIG = {
    'vocab_size': 200,
    'hidden_size': 32,
    'num_hidden_layers': 2,
    'num_attention_heads': 4,
    'intermediate_size': 64,
    'max_position_embeddings': 32,
    'type_vocab_size': 2,
    'layer_norm_eps': 1e-12,
}


@dataclass(frozen=True)
class Generated:
    model: CrossEncoder
    reader: PairReader
    sources: list[Mined]


def generated(queries: int, seed: int) -> Generated:
    """One source; a third of its queries are held out."""
    random = np.random.default_rng(seed)
    words = [f'{chr(97 + at // 26)}{chr(97 + at % 26)}' for at in range(WORDS)]
    vocabulary = ['[PAD]', *(f'[unused{at}]' for at in range(99)), '[UNK]', '[CLS]', '[SEP]', '[MASK]', ANSWERING, *words]
    passages, rows = {}, []
    for at in range(queries):
        texts = [' '.join(random.choice(words, 8)) for _ in range(12)]
        texts[0] = f'{texts[0]} {ANSWERING}'
        ids = [f'{at}-{number}' for number in range(len(texts))]
        passages |= dict(zip(ids, texts, strict=True))
        items = [{'id': key, 'hybrid': float(random.normal())} for key in ids]
        held_out = at % 3 == 0
        row = {'query': ' '.join(random.choice(words, 3)), 'held_out': held_out, 'positives': items[:1]}
        rows.append(row | ({'list': items} if held_out else {'negatives': items[1:]}))
    torch.manual_seed(seed)
    source = Mined(
        'nq-qed', passages, [row for row in rows if not row['held_out']], [row for row in rows if row['held_out']]
    )
    return Generated(CrossEncoder(CONFIG), PairReader(wordpiece(vocabulary), 24, 8), [source])
