"""Training texts: which data sets may be used, how they are read, and what is held out.

Only data under licences that allow shipped models is listed. Queries of evaluation collections are never read
here; of those collections only passages are, and only where the licence in their README allows it.
"""

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

HELD_OUT_SHARE = 0.04


@dataclass(frozen=True)
class Source:
    name: str
    licence: str
    title_in_passage: bool = True


PAIR_SOURCES = (
    Source('squad11-train', 'CC BY-SA 4.0'),
    Source('nq-qed', 'CC BY-SA 3.0'),
    Source('boolq-dev', 'CC BY-SA 3.0'),
    Source('hotpotqa-sample', 'CC BY-SA 4.0'),
    Source('medquad', 'CC BY 4.0'),
    # The query may be the paper's title, so the passage must not hold it.
    Source('scitldr', 'Apache-2.0', title_in_passage=False),
    Source('arxiv-title-abstract', 'CC0 1.0'),
    Source('stackexchange-small', 'CC BY-SA 3.0/4.0'),
)

# Evaluation collections whose passages may be trained on. The others are non-commercial or state no licence.
PASSAGE_SOURCES = (
    Source('pubmedqa', 'MIT'),
    Source('xquad-en', 'CC BY-SA 4.0'),
    Source('cosqa-code', 'C-UDA'),
)


def source_named(name: str) -> Source:
    return next(source for source in (*PAIR_SOURCES, *PASSAGE_SOURCES) if source.name == name)


@dataclass(frozen=True)
class Texts:
    """Texts of one source: every query and passage once, and which passages answer which query."""

    name: str
    queries: list[str]
    passages: list[str]
    answers: list[tuple[int, int]]
    held_out_queries: set[int]
    held_out_passages: set[int]


def jsonl(path: Path) -> Iterator[dict]:
    opener = lzma.open if path.suffix == '.xz' else open
    with opener(path, 'rt', encoding='utf-8') as lines:
        for line in lines:
            yield json.loads(line)


def is_held_out(key: str, share: float = HELD_OUT_SHARE) -> bool:
    """The same key is on the same side in every run, whatever else is read."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, 'big') < share * 2**64


def titled(title: str, text: str) -> str:
    return f'{title} {text}' if title else text


def read_pairs(folder: Path, source: Source) -> Texts:
    """Reads one folder of question-passage pairs; groups (articles, topics, papers) are held out as a whole."""
    queries: dict[str, int] = {}
    passages: list[str] = []
    passage_index: dict[str, int] = {}
    pool = folder / source.name / 'passages.jsonl.xz'
    if pool.exists():
        for row in jsonl(pool):
            passage_index[row['id']] = len(passages)
            passages.append(titled(row['title'] if source.title_in_passage else '', row['text']))
    answers, held_queries, held_passages = [], set(), set()
    for row in jsonl(folder / source.name / 'pairs.jsonl.xz'):
        query = queries.setdefault(row['query'], len(queries))
        if 'pid' in row:
            passage, group = passage_index[row['pid']], row['group']
        else:
            passage, group = len(passages), row['arxiv_id']
            passages.append(row['positive'])
        answers.append((query, passage))
        if is_held_out(f'{source.name}/{group}'):
            held_queries.add(query)
            held_passages.add(passage)
    return Texts(source.name, list(queries), passages, answers, held_queries, held_passages)


def read_passages(folder: Path, source: Source) -> Texts:
    """Reads the passages, and nothing else, of a collection in BEIR layout."""
    rows = jsonl(folder / source.name / 'corpus.jsonl')
    passages = [text for row in rows if (text := titled(row.get('title', ''), row['text']).strip())]
    return Texts(source.name, [], passages, [], set(), set())
