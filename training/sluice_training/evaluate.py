"""nDCG@10 of the static model beside its teacher and BM25, alone and fused, on judged collections.

For reporting only: nothing is chosen by these scores.
"""

import gzip
import json
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from .data import jsonl, titled
from .log import Log
from .ranking import Qrels, Run, fuse, mean_ndcg, normalized, search
from .static.table import WIDTHS, Table, load_table

COLLECTIONS = (
    'cacm',
    'cosqa-code',
    'cranfield',
    'cystic-fibrosis',
    'med',
    'msmarco-dl19-pool',
    'pubmedqa',
    'scifact',
    'xquad-en',
)
BM25_WEIGHT = 0.7


def read_qrels(path: Path) -> Qrels:
    judged: dict[str, dict[str, int]] = {}
    for line in path.read_text().splitlines()[1:]:
        query, document, grade = line.split('\t')
        judged.setdefault(query, {})[document] = int(grade)
    return judged


def read_run(path: Path) -> Run:
    run: dict[str, dict[str, float]] = {}
    with gzip.open(path, 'rt') as lines:
        for line in lines:
            query, _, document, _, score, _ = line.split()
            run.setdefault(query, {})[document] = float(score)
    return run


def dense_runs(table: Table, folder: Path, queries: list[dict], top: int = 100) -> dict[int, Run]:
    documents = list(jsonl(folder / 'corpus.jsonl'))
    vectors = table.encode([titled(row.get('title', ''), row['text']) for row in documents])
    asked = table.encode([query['text'] for query in queries])
    runs = {}
    for width in WIDTHS:
        found, scores = search(normalized(asked, width), normalized(vectors, width), top)
        runs[width] = {
            query['_id']: {documents[row]['_id']: float(score) for row, score in zip(found[i], scores[i], strict=True)}
            for i, query in enumerate(queries)
        }
    return runs


def evaluate(table: Table, shared: Path, name: str) -> dict[str, float]:
    folder = shared / 'data' / 'beir' / name
    qrels = read_qrels(folder / 'qrels' / 'test.tsv')
    queries = [query for query in jsonl(folder / 'queries.jsonl') if query['_id'] in qrels]
    bm25 = read_run(shared / 'golden' / 'lucene-bm25-runs' / f'{name}.english-k12b075.trec.gz')
    bm25 = {query: bm25[query] for query in qrels if query in bm25}
    teacher = json.loads((shared / 'golden' / 'all-MiniLM-L6-v2' / 'scores.json').read_text())[name]['nDCG@10']
    scores = {'MiniLM': teacher, 'BM25': mean_ndcg(bm25, qrels)}
    for width, run in dense_runs(table, folder, queries).items():
        scores[f'static {width}'] = mean_ndcg(run, qrels)
        scores[f'fused {width}'] = mean_ndcg(fuse(bm25, run, BM25_WEIGHT), qrels)
    return scores


def markdown(results: dict[str, dict[str, float]]) -> str:
    columns = list(next(iter(results.values())))
    lines = ['| collection | ' + ' | '.join(columns) + ' |', '|---|' + '---|' * len(columns)]
    for name, scores in results.items():
        lines.append(f'| {name} | ' + ' | '.join(f'{scores[column]:.4f}' for column in columns) + ' |')
    return '\n'.join(lines)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, required=True, help='folder of the exported model')
    parser.add_argument('--shared', type=Path, default=Path('../../shared'))
    parser.add_argument('--log', type=Path)
    options = parser.parse_args()
    log, table = Log(options.log), load_table(options.model)
    results = {}
    for name in COLLECTIONS:
        results[name] = evaluate(table, options.shared, name)
        log.write('collection', name=name, **{key: round(score, 4) for key, score in results[name].items()})
    results['mean'] = {key: float(np.mean([scores[key] for scores in results.values()])) for key in results['cacm']}
    print(markdown(results))
    for width in WIDTHS:
        print(f'static {width}: {results["mean"][f"static {width}"] / results["mean"]["MiniLM"]:.3f} of MiniLM')


if __name__ == '__main__':
    main()
