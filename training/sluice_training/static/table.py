"""The table itself: int8 rows with a scale each, its vocabulary, and how they are stored."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from ..ranking import normalized
from ..tokens import Bags, read_vocabulary, tokenize, wordpiece

WIDTHS = (64, 128, 256)


@dataclass(frozen=True)
class Table:
    """Row `t` of the model is `scales[t] * codes[t]`; row 0, the unknown token's, is zero."""

    vocabulary: list[str]
    codes: np.ndarray
    scales: np.ndarray

    def rows(self) -> np.ndarray:
        return self.codes.astype(np.float32) * self.scales[:, None]

    def encode(self, texts: list[str], width: int | None = None, max_tokens: int | None = None) -> np.ndarray:
        return encode_rows(self.rows(), self.tokenize(texts, max_tokens), width)

    def tokenize(self, texts: list[str], max_tokens: int | None = None) -> Bags:
        return tokenize(wordpiece(self.vocabulary), texts, max_tokens)


def encode_rows(rows: np.ndarray, bags: Bags, width: int | None = None) -> np.ndarray:
    sums = np.zeros((len(bags), rows.shape[1]), dtype=np.float32)
    for text in range(len(bags)):
        sums[text] = rows[bags.ids[bags.offsets[text] : bags.offsets[text + 1]]].sum(axis=0)
    return normalized(sums, width)


def kept_tokens(vocabulary: list[str]) -> list[int]:
    """Ids of the tokens that text can contain, `[UNK]` first; placeholders and special tokens are left out."""
    special = {'[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'}
    unknown = vocabulary.index('[UNK]')
    plain = [row for row, token in enumerate(vocabulary) if token not in special and not token.startswith('[unused')]
    return [unknown, *plain]


def quantize(vocabulary: list[str], rows: np.ndarray) -> Table:
    """Rounds each row to int8 with its own scale, so rare and common tokens lose equally little."""
    rows = rows.astype(np.float32).copy()
    rows[0] = 0
    peak = np.abs(rows).max(axis=1)
    scales = np.where(peak > 0, peak / 127, 1).astype(np.float32)
    codes = np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)
    return Table(vocabulary, codes, scales)


def save_table(table: Table, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'vocab.txt').write_text('\n'.join(table.vocabulary) + '\n', encoding='utf-8')
    metadata = {
        'format': 'sluice-static-1',
        'dimensions': str(table.codes.shape[1]),
        'widths': ','.join(map(str, WIDTHS)),
        'pooling': 'sum',
        'normalization': 'l2',
    }
    save_file({'embeddings': table.codes, 'scales': table.scales}, folder / 'model.safetensors', metadata)


def load_table(folder: Path) -> Table:
    tensors = load_file(folder / 'model.safetensors')
    return Table(read_vocabulary(folder / 'vocab.txt'), tensors['embeddings'], tensors['scales'])
