"""Sparse vectors in float32 that the shipped int8 file must come near: the reference of its test."""

import json
from pathlib import Path

import numpy as np
import torch

from ..bert import load_bert
from ..matryoshka.golden import TEXTS
from ..tokens import read_vocabulary, tokenize, wordpiece
from .graph import int8_rows
from .head import Batch, QueryHead, SparseHead
from .measure import cut
from .recipe import MOST_TERMS
from .states import trunk_states
from .terms import term_sets

MAX_TOKENS = 256


@torch.no_grad()
def write_golden(trunk: Path, head: SparseHead, asked: QueryHead, folder: Path) -> None:
    """Documents and queries of the texts: pairs of a term and its weight, in five digits. Rows of the table are rounded."""
    codes, scales = int8_rows(head.rows.numpy())
    head.rows.copy_(torch.from_numpy(codes * scales[:, None]))
    bags = tokenize(wordpiece(read_vocabulary(trunk / 'vocab.txt')), list(TEXTS), MAX_TOKENS - 2)
    states = trunk_states(load_bert(trunk), bags)
    table = asked.free().numpy()
    rows = []
    for at, (text, own) in enumerate(zip(TEXTS, term_sets(bags, head.term_of.numpy()), strict=True)):
        ids, values = states.row(at)
        batch = Batch(torch.from_numpy(ids[None].astype(np.int64)), torch.ones(1, len(ids), dtype=torch.bool), torch.from_numpy(values[None].astype(np.float32)))
        weights = cut(head(batch, None))[0].numpy()
        kept = np.flatnonzero(weights)
        document = [[int(term), round(float(weights[term]), 5)] for term in kept]
        query = [[int(term), round(float(table[term]), 5)] for term in own if table[term] > 0]
        encoded = asked.encoded(batch, head)[0].numpy()
        modelled = [[int(term), round(float(encoded[term]), 5)] for term in np.flatnonzero(encoded)]
        rows.append({'text': text, 'document': document, 'query': query, 'encodedQuery': modelled})
    lines = ',\n'.join(json.dumps(row) for row in rows)
    (folder / 'golden-sparse.json').write_text(f'{{"texts": [\n{lines}\n]}}\n', encoding='utf-8')
