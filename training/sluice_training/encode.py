"""Teacher vectors of many texts, in resumable shards on disk."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from .bert import Bert, load_bert
from .log import Log
from .tokens import Bags, read_vocabulary, tokenize, wordpiece

CLS, SEP = 101, 102


class Teacher:
    """Encodes texts with a BERT folder. bfloat16 doubles the speed on processors with AMX (cosine above .9998)."""

    def __init__(self, folder: Path, max_tokens: int = 128, dtype: torch.dtype = torch.bfloat16) -> None:
        self.name = f'{folder.name}-{max_tokens}-{str(dtype).removeprefix("torch.")}'
        self.vocabulary = read_vocabulary(folder / 'vocab.txt')
        self.tokenizer = wordpiece(self.vocabulary)
        self.max_tokens = max_tokens
        self.bert: Bert = load_bert(folder).to(dtype)

    @torch.inference_mode()
    def encode_bags(self, bags: Bags, batch_tokens: int = 2048) -> np.ndarray:
        """Only texts of equal length share a batch: no padding, and no vector depends on its neighbours."""
        vectors = np.zeros((len(bags), self.bert.words.embedding_dim), dtype=np.float32)
        lengths = bags.lengths()
        for length in np.unique(lengths):
            texts = np.flatnonzero(lengths == length)
            size = max(1, batch_tokens // (length + 2))
            for start in range(0, len(texts), size):
                batch = texts[start : start + size]
                ids = np.empty((len(batch), length + 2), dtype=np.int64)
                ids[:, 0], ids[:, -1] = CLS, SEP
                ids[:, 1:-1] = bags.ids[bags.offsets[batch][:, None] + np.arange(length)]
                vectors[batch] = self.bert(torch.from_numpy(ids)).numpy()
        return vectors

    def encode(self, texts: list[str]) -> np.ndarray:
        return self.encode_bags(tokenize(self.tokenizer, texts, self.max_tokens - 2))


def encode_cached(teacher: Teacher, name: str, texts: list[str], cache: Path, log: Log, shard: int = 20_000) -> np.ndarray:
    """Float16 vectors of `texts` (at least one); shards that are already in `cache` are read, not computed."""
    parts = []
    for start in range(0, len(texts), shard):
        block = texts[start : start + shard]
        digest = sha256('\0'.join([teacher.name, *block]).encode()).hexdigest()[:16]
        path = cache / 'vectors' / f'{name}-{start // shard:03d}-{digest}.npy'
        if not path.exists():
            with log.timed('encode', source=name, texts=len(block), done=start, total=len(texts)):
                vectors = teacher.encode(block).astype(np.float16)
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix('.partial.npy')
            np.save(partial, vectors)
            partial.rename(path)
        parts.append(np.load(path))
    return np.concatenate(parts)
