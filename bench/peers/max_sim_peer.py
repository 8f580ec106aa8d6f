"""Answers late.bench.js: MaxSim of queries with all documents, by one matrix product and a maximum over each document.

    python max_sim_peer.py FOLDER WIDTH

The folder has rows as float32 and offsets as uint32 of documents and queries. Requests and answers are lines of JSON.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

TOP_K = 10


def read(folder: Path, name: str, width: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.fromfile(folder / f'{name}.f32', dtype=np.float32).reshape(-1, width)
    return rows, np.fromfile(folder / f'{name}.u32', dtype=np.uint32).astype(np.int64)


def tell(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    folder, width = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    documents, offsets = read(folder, 'documents', width)
    queries, spans = read(folder, 'queries', width)
    transposed = torch.from_numpy(documents).T
    lengths = torch.from_numpy(np.diff(offsets))
    asked = [queries[start:end] for start, end in zip(spans[:-1], spans[1:])]

    def by_numpy(query: np.ndarray) -> np.ndarray:
        maxima = np.maximum.reduceat(query @ documents.T, offsets[:-1], axis=1)
        return np.argsort(-maxima.sum(axis=0))[:TOP_K]

    def by_torch(query: np.ndarray) -> torch.Tensor:
        scores = torch.from_numpy(query) @ transposed
        maxima = torch.segment_reduce(scores.T.contiguous(), 'max', lengths=lengths, axis=0)
        return maxima.sum(dim=1).topk(TOP_K).indices

    kinds = {'all, float32, torch, one thread': by_torch, 'all, float32, numpy, one thread': by_numpy}
    tell({'version': torch.__version__, 'kinds': list(kinds)})
    for line in sys.stdin:
        search = kinds[json.loads(line)['kind']]
        tell({'found': [list(map(int, search(query))) for query in asked]})


main()
