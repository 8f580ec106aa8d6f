from sluice_training.data import Texts, jsonl
from sluice_training.pools import Hints, chosen, query_rows, write_made


def texts() -> Texts:
    """Four questions on the first passage, one each on two others, the last of them held out."""
    answers = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (5, 2)]
    return Texts('made', [f'q{at}' for at in range(6)], ['p0', 'p1', 'p2'], answers, {5}, {2})


def test_few_questions_are_spread_over_the_passages_behind_the_held_out_ones():
    for seed in range(20):
        queries = chosen(texts(), 3, seed)
        assert queries[0] == 5
        assert set(queries[1:]) - {4} < {0, 1, 2, 3} and 4 in queries
    assert sorted(chosen(texts(), 99, 1)) == [0, 1, 2, 3, 4, 5]


def test_rows_have_answers_hints_and_the_side_they_are_on():
    hints = Hints({'q4': {'n'}, 'q5': set()}, {'q4': {'d', 'c'}, 'q5': set()})
    first, second = query_rows(texts(), ['a', 'b', 'c'], hints, [4, 5])
    assert first == {'query': 'q4', 'positives': ['b'], 'negatives': ['n'], 'doubtful': ['c', 'd'], 'held_out': False}
    assert second['held_out'] and second['positives'] == ['c']


def test_made_questions_are_written_with_their_passages_and_without_hints(tmp_path):
    write_made(Texts('made', ['q0', 'q1'], ['p0', 'p1'], [(0, 0), (1, 1)], {1}, {1}), tmp_path)
    assert list(jsonl(tmp_path / 'made.passages.jsonl')) == [{'id': '0', 'text': 'p0'}, {'id': '1', 'text': 'p1'}]
    rows = list(jsonl(tmp_path / 'made.queries.jsonl'))
    assert [(row['query'], row['positives'], row['held_out']) for row in rows] == [('q1', ['1'], True), ('q0', ['0'], False)]
    assert all(row['negatives'] == row['doubtful'] == [] for row in rows)
