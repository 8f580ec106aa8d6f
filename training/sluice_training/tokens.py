"""BERT uncased WordPiece without special tokens, for the teacher and the static model alike."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer


def read_vocabulary(path: Path) -> list[str]:
    return path.read_text(encoding='utf-8').removesuffix('\n').split('\n')


def wordpiece(vocabulary: list[str]) -> Tokenizer:
    """Nothing in the text is taken for a special token: `[CLS]` is three words."""
    ids = {token: row for row, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(ids, unk_token='[UNK]', max_input_chars_per_word=100))
    tokenizer.normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


@dataclass(frozen=True)
class Bags:
    """Token ids of many texts, one behind the other; text `i` is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def lengths(self) -> np.ndarray:
        return np.diff(self.offsets)

    def take(self, texts: np.ndarray) -> 'Bags':
        lengths = self.lengths()[texts]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        starts = np.repeat(self.offsets[texts] - offsets[:-1], lengths)
        return Bags(self.ids[starts + np.arange(offsets[-1])], offsets)


def tokenize(tokenizer: Tokenizer, texts: list[str], max_tokens: int | None = None, block: int = 4096) -> Bags:
    parts, lengths = [], []
    for start in range(0, len(texts), block):
        for encoding in tokenizer.encode_batch(texts[start : start + block], add_special_tokens=False):
            ids = encoding.ids[:max_tokens]
            parts.append(np.asarray(ids, dtype=np.int32))
            lengths.append(len(ids))
    ids = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
    return Bags(ids, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))
