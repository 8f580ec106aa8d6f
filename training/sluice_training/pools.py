"""Writes the question-passage pairs, given and made, as plain JSON lines for the mining of negatives, a pool of passages a source.

`python -m sluice_training.pools --shared ../../shared --out FOLDER`, then `node mine-negatives.js FOLDER`.
"""

import json
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import data, made_pairs

# Draws questions, and makes them.
SEED = 6
# Questions taken at most, spread over the passages: what is real and varied whole, what is narrow or no question little.
MOST_QUERIES = {'squad11-train': 20_000, 'medquad': 3_000, 'scitldr': 5_000, 'arxiv-title-abstract': 8_000}


@dataclass(frozen=True)
class Hints:
    """What a source says of its passages beyond the answers: known negatives, and passages that may answer too."""

    negatives: dict[str, set[str]]
    doubtful: dict[str, set[str]]


def read_hints(folder: Path, source: data.Source) -> Hints:
    """`neg_pids` are hard negatives; of medquad, answers of one type on one topic answer each other's questions."""
    negatives: dict[str, set[str]] = defaultdict(set)
    topics: dict[tuple, set[str]] = defaultdict(set)
    rows = list(data.jsonl(folder / source.name / 'pairs.jsonl.xz'))
    for row in rows:
        negatives[row['query']].update(row.get('neg_pids', ()))
        if 'qtype' in row:
            topics[row['group'], row['qtype']].add(row['pid'])
    doubtful: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if 'qtype' in row:
            doubtful[row['query']] |= topics[row['group'], row['qtype']]
    return Hints(negatives, doubtful)


def passage_ids(folder: Path, source: data.Source, count: int) -> list[str]:
    """The source's own ids in the order of `read_pairs`; a source without a pool has its rows' numbers."""
    pool = folder / source.name / 'passages.jsonl.xz'
    return [row['id'] for row in data.jsonl(pool)] if pool.exists() else [str(row) for row in range(count)]


def chosen(texts: data.Texts, most: int, seed: int) -> list[int]:
    """At most `most` queries: the held-out ones, then as many as there are rounds of one query a passage, at random."""
    random = np.random.default_rng(seed)
    taken: dict[int, int] = defaultdict(int)
    rounds = []
    for at in random.permutation(len(texts.answers)):
        query, passage = texts.answers[at]
        rounds.append((query not in texts.held_out_queries, taken[passage], len(rounds), query))
        taken[passage] += 1
    return list(dict.fromkeys(query for *_, query in sorted(rounds)))[:most]


def query_rows(texts: data.Texts, ids: list[str], hints: Hints, queries: Iterable[int]) -> Iterable[dict]:
    answers: dict[int, list[str]] = defaultdict(list)
    for query, passage in texts.answers:
        answers[query].append(ids[passage])
    for query in queries:
        text = texts.queries[query]
        yield {
            'query': text,
            'positives': sorted(set(answers[query])),
            'negatives': sorted(hints.negatives[text]),
            'doubtful': sorted(hints.doubtful[text]),
            'held_out': query in texts.held_out_queries,
        }


def write_lines(path: Path, rows: Iterable[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('w', encoding='utf-8') as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + '\n' for row in rows)


def write_pool(texts: data.Texts, ids: list[str], hints: Hints, out: Path, seed: int = SEED) -> None:
    passages = ({'id': key, 'text': text} for key, text in zip(ids, texts.passages, strict=True))
    write_lines(out / f'{texts.name}.passages.jsonl', passages)
    queries = chosen(texts, MOST_QUERIES.get(texts.name, len(texts.queries)), seed)
    write_lines(out / f'{texts.name}.queries.jsonl', query_rows(texts, ids, hints, queries))


def write_given(folder: Path, source: data.Source, out: Path) -> None:
    """A source whose questions are given."""
    texts = data.read_pairs(folder, source)
    write_pool(texts, passage_ids(folder, source, len(texts.passages)), read_hints(folder, source), out)


def write_made(texts: data.Texts, out: Path) -> None:
    """A source whose questions are made of its passages."""
    hints = Hints(defaultdict(set), defaultdict(set))
    write_pool(texts, [str(at) for at in range(len(texts.passages))], hints, out)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument('--shared', type=Path, default=Path('../../shared'))
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    for source in data.PAIR_SOURCES:
        write_given(options.shared / 'data' / 'train', source, options.out)
    for read in (made_pairs.read_functions, made_pairs.read_abstracts):
        write_made(read(options.shared, SEED), options.out)


if __name__ == '__main__':
    main()
