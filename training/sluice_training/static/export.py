"""Writes the files of the package: weights, vocabulary, `config.json`, `golden.json`."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from .golden_texts import GOLDEN_TEXTS
from .table import WIDTHS, Table, load_table, save_table

GOLDEN_WIDTHS = (64, 256)


def checksum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def config(folder: Path, table: Table) -> dict:
    return {
        'format': 1,
        'type': 'static',
        'name': 'sluice-static',
        'dimensions': table.codes.shape[1],
        'matryoshkaWidths': list(WIDTHS),
        'vocabularySize': len(table.vocabulary),
        'similarity': 'cosine',
        'pooling': 'sum',
        'normalize': 'l2',
        'tokenizer': {
            'type': 'bert-wordpiece',
            'file': 'vocab.txt',
            'sha256': checksum(folder / 'vocab.txt'),
            'lowercase': True,
            'stripAccents': True,
            'splitCjk': True,
            'unknownToken': '[UNK]',
            'continuationPrefix': '##',
            'maxWordLength': 100,
            'addSpecialTokens': False,
        },
        'unknown': 'ignore',
        'maxTokens': None,
        'weights': {
            'file': 'model.safetensors',
            'sha256': checksum(folder / 'model.safetensors'),
            'embeddings': 'embeddings',
            'scales': 'scales',
        },
    }


def exact_vector(table: Table, ids: np.ndarray, width: int) -> list[float]:
    """The same sum as `Table.encode`, in float64, as the reference for other implementations."""
    total = (table.codes[ids].astype(np.float64) * table.scales[ids].astype(np.float64)[:, None]).sum(axis=0)[:width]
    length = np.linalg.norm(total)
    return [round(float(value), 6) + 0.0 for value in (total / length if length > 0 else total)]


def golden(table: Table, texts: list[str]) -> dict:
    bags = table.tokenize(texts)
    rows = []
    for index, text in enumerate(texts):
        ids = bags.ids[bags.offsets[index] : bags.offsets[index + 1]]
        vectors = {str(width): exact_vector(table, ids, width) for width in GOLDEN_WIDTHS}
        rows.append({'text': text, 'ids': ids.tolist(), 'vectors': vectors})
    return {'widths': list(GOLDEN_WIDTHS), 'texts': rows}


def export(table: Table, folder: Path) -> None:
    save_table(table, folder)
    stored = load_table(folder)
    (folder / 'config.json').write_text(json.dumps(config(folder, stored), indent=2) + '\n', encoding='utf-8')
    lines = ',\n'.join(json.dumps(row, ensure_ascii=True) for row in golden(stored, GOLDEN_TEXTS)['texts'])
    body = f'{{"widths": {json.dumps(list(GOLDEN_WIDTHS))}, "texts": [\n{lines}\n]}}\n'
    (folder / 'golden.json').write_text(body, encoding='utf-8')
