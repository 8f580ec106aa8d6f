"""`python -m sluice_training.splade.judged`: nDCG@10 on judged collections from stored states, for reporting only.

Nothing is chosen by these scores. Beside them stands BM25 as Lucene computes it, alone and fused at a fixed weight.
"""

import json
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from ..data import jsonl, titled
from ..evaluate import COLLECTIONS, read_qrels, read_run
from ..log import Log
from ..ranking import Run, fuse, mean_ndcg
from ..tokens import read_vocabulary, tokenize, wordpiece
from .export import load_heads
from .head import Batch, QueryHead, SparseHead
from .measure import cut
from .prepare import JUDGED_TOKENS
from .recipe import MOST_TERMS
from .states import States, read_shards
from .terms import term_sets

BM25_WEIGHT = 0.4


def padded(states: States, rows: np.ndarray) -> Batch:
    texts = [states.row(row) for row in rows]
    length = max(len(ids) for ids, _ in texts)
    ids, mask = np.zeros((len(texts), length), dtype=np.int64), np.zeros((len(texts), length), dtype=bool)
    values = np.zeros((len(texts), length, texts[0][1].shape[1]), dtype=np.float32)
    for at, (own, rows_of) in enumerate(texts):
        ids[at, : len(own)], values[at, : len(own)], mask[at, : len(own)] = own, rows_of, True
    return Batch(torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(values))


@torch.no_grad()
def evaluate(shared: Path, cache: Path, name: str, tokenizer: Tokenizer, head: SparseHead, asked: QueryHead) -> dict[str, float] | None:
    folder = shared / 'data' / 'beir' / name
    rows = list(jsonl(folder / 'corpus.jsonl'))
    bags = tokenize(tokenizer, [titled(row.get('title', ''), row['text']) for row in rows], JUDGED_TOKENS - 2)
    states = read_shards(f'{name}.documents', bags, cache)
    if len(states) < len(rows):
        return None
    qrels = read_qrels(folder / 'qrels' / 'test.tsv')
    queries = list(jsonl(folder / 'queries.jsonl'))
    query_bags = tokenize(tokenizer, [row['text'] for row in queries], JUDGED_TOKENS - 2)
    query_states = read_shards(f'{name}.queries', query_bags, cache)
    kept = np.array([at for at, row in enumerate(queries) if row['_id'] in qrels])
    terms = term_sets(query_bags.take(kept), head.term_of.numpy())
    table = asked.free()
    encoded = torch.cat([asked.encoded(padded(query_states, part), head) for part in np.array_split(kept, max(1, len(kept) // 64))])
    scores = {kind: np.empty((len(kept), len(rows)), dtype=np.float32) for kind in ('free', 'encoder', 'words')}
    active = 0
    for start in range(0, len(rows), 64):
        block = np.arange(start, min(start + 64, len(rows)))
        weights = cut(head(padded(states, block), 2 * MOST_TERMS))
        active += int((weights > 0).sum())
        for at, own in enumerate(terms):
            scores['free'][at, block] = (weights[:, own] @ table[own]).numpy()
            scores['words'][at, block] = weights[:, own].sum(dim=1).numpy()
        scores['encoder'][:, block] = (encoded @ weights.T).numpy()
    bm25 = read_run(shared / 'golden' / 'lucene-bm25-runs' / f'{name}.english-k12b075.trec.gz')
    bm25 = {query: bm25[query] for query in qrels if query in bm25}
    found = {'bm25': mean_ndcg(bm25, qrels), 'active': active / len(rows)}
    for kind, matrix in scores.items():
        run = top(matrix, [queries[at]['_id'] for at in kept], [row['_id'] for row in rows])
        found[f'splade {kind}'] = mean_ndcg(run, qrels)
        found[f'bm25 + splade {kind}'] = mean_ndcg(fuse(bm25, run, BM25_WEIGHT), qrels)
    return found


def top(scores: np.ndarray, queries: list[str], documents: list[str], depth: int = 100) -> Run:
    best = np.argsort(-scores, axis=1, kind='stable')[:, :depth]
    return {
        query: {documents[row]: float(scores[at, row]) for row in best[at] if scores[at, row] > 0}
        for at, query in enumerate(queries)
    }


def main() -> None:
    parser = ArgumentParser(prog='sluice_training.splade.judged', description=__doc__)
    parser.add_argument('--shared', type=Path, default=Path('../../shared'))
    parser.add_argument('--trunk', type=Path, required=True)
    parser.add_argument('--cache', type=Path, required=True)
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--collections', nargs='*', default=COLLECTIONS)
    parser.add_argument('--out', type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    log = Log()
    vocabulary = read_vocabulary(options.trunk / 'vocab.txt')
    tokenizer = wordpiece(vocabulary)
    head, asked = load_heads(options.checkpoint)
    results = {}
    for name in options.collections:
        try:
            found = evaluate(options.shared, options.cache, name, tokenizer, head, asked)
        except FileNotFoundError:
            found = None
        if found:
            results[name] = {key: round(value, 4) for key, value in found.items()}
            log.write('judged', name=name, **results[name])
    results['mean'] = {key: round(float(np.mean([each[key] for each in results.values()])), 4) for key in next(iter(results.values()))}
    log.write('mean', **results['mean'])
    if options.out:
        options.out.write_text(json.dumps(results, indent=2) + '\n')


if __name__ == '__main__':
    main()
