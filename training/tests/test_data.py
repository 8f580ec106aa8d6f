import json
import lzma

import numpy as np
from sluice_training import data
from sluice_training.tokens import Bags


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, 'wt', encoding='utf-8') as out:
        out.writelines(json.dumps(row) + '\n' for row in rows)


def test_pairs_share_texts_and_a_group_is_held_out_as_a_whole(tmp_path):
    groups = [f'g{i}' for i in range(200)]
    write(tmp_path / 'set' / 'passages.jsonl.xz', ({'id': f'p{g}', 'title': 'T', 'text': f'text {g}'} for g in groups))
    pairs = [{'query': f'{kind} {g}', 'pid': f'p{g}', 'group': g} for g in groups for kind in ('who', 'why')]
    write(tmp_path / 'set' / 'pairs.jsonl.xz', pairs)
    texts = data.read_pairs(tmp_path, data.Source('set', 'CC0'))
    assert (len(texts.queries), len(texts.passages), texts.passages[0]) == (400, 200, 'T text g0')
    assert 0 < len(texts.held_out_passages) < 40
    assert texts.held_out_queries == {query for query, passage in texts.answers if passage in texts.held_out_passages}


def test_share_held_out_is_near_what_was_asked():
    share = sum(data.is_held_out(f'key {i}', 0.1) for i in range(5000)) / 5000
    assert abs(share - 0.1) < 0.02


def test_taking_bags_keeps_each_text_whole():
    bags = Bags(np.array([1, 2, 3, 4, 5, 6]), np.array([0, 2, 2, 5, 6]))
    taken = bags.take(np.array([2, 1, 0, 2]))
    assert taken.ids.tolist() == [3, 4, 5, 1, 2, 3, 4, 5]
    assert taken.offsets.tolist() == [0, 3, 3, 5, 8]
