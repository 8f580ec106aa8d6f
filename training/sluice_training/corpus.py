"""Every training text with its teacher vector: read, tokenized and encoded once, then kept in a cache.

`python -m sluice_training.corpus --shared ../../shared --teacher FOLDER --cache FOLDER` fills the cache ahead of training.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import data
from .encode import Teacher, encode_cached
from .log import Log
from .tokens import Bags, tokenize


@dataclass(frozen=True)
class Encoded:
    """The queries or the passages of one source, and their teacher vectors."""

    name: str
    bags: Bags
    vectors: np.ndarray
    held_out: np.ndarray
    answers: np.ndarray

    def __len__(self) -> int:
        return len(self.vectors)


def mask(size: int, marked: set[int]) -> np.ndarray:
    held_out = np.zeros(size, dtype=bool)
    held_out[list(marked)] = True
    return held_out


def read_sources(shared: Path) -> list[data.Texts]:
    pairs = [data.read_pairs(shared / 'data' / 'train', source) for source in data.PAIR_SOURCES]
    return pairs + [data.read_passages(shared / 'data' / 'beir', source) for source in data.PASSAGE_SOURCES]


def parts(source: data.Texts) -> list[tuple[str, list[str], np.ndarray, np.ndarray]]:
    """Name, texts, what is held out, and for queries the passages that answer them; empty parts are left out."""
    nothing = np.zeros((0, 2), dtype=np.int64)
    answers = np.asarray(source.answers, dtype=np.int64).reshape(-1, 2)
    named = [
        (f'{source.name}.queries', source.queries, mask(len(source.queries), source.held_out_queries), answers),
        (f'{source.name}.passages', source.passages, mask(len(source.passages), source.held_out_passages), nothing),
    ]
    return [part for part in named if part[1]]


def load_corpus(shared: Path, teacher: Teacher, cache: Path, log: Log) -> list[Encoded]:
    encoded = []
    for source in read_sources(shared):
        for name, texts, held_out, answers in parts(source):
            vectors = encode_cached(teacher, name, texts, cache, log)
            bags = tokenize(teacher.tokenizer, texts, teacher.max_tokens - 2)
            encoded.append(Encoded(name, bags, vectors, held_out, answers))
    return encoded


def vocabulary_vectors(teacher: Teacher, cache: Path, log: Log) -> np.ndarray:
    """The teacher's vector of every single token, in the order of its vocabulary."""
    ids = np.arange(len(teacher.vocabulary), dtype=np.int32)
    path = cache / 'vectors' / f'vocabulary-{teacher.name}.npy'
    if not path.exists():
        with log.timed('encode', source='vocabulary', texts=len(ids)):
            vectors = teacher.encode_bags(Bags(ids, np.arange(len(ids) + 1)))
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors.astype(np.float16))
    return np.load(path)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument('--shared', type=Path, default=Path('../../shared'), help='folder with data/train and data/beir')
    parser.add_argument('--teacher', type=Path, required=True, help='folder of all-MiniLM-L6-v2 with model.safetensors')
    parser.add_argument('--cache', type=Path, default=Path('.cache'), help='folder for teacher vectors')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--log', type=Path, help='file for JSON lines, besides the standard error stream')


def open_teacher(options: Namespace) -> Teacher:
    torch.set_num_threads(options.threads)
    return Teacher(options.teacher)


def main() -> None:
    parser = ArgumentParser(description='Encode the training texts with the teacher.')
    add_arguments(parser)
    options = parser.parse_args()
    log, teacher = Log(options.log), open_teacher(options)
    vocabulary_vectors(teacher, options.cache, log)
    corpus = load_corpus(options.shared, teacher, options.cache, log)
    log.write('corpus', texts=sum(map(len, corpus)), parts={part.name: len(part) for part in corpus})


if __name__ == '__main__':
    main()
