import numpy as np
import pytest
from sluice_training.made_pairs import abstract_pair, function_pair, texts_of, typed

CODE = 'def add(a, b):\n    """Adds two numbers of any kind.\n\n    :param a: a number\n    """\n    return a + b'
WORDS = ['adds', 'two', 'numbers', 'of', 'any', 'kind']


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_function_is_asked_for_by_words_of_the_first_sentence_of_its_docstring():
    kept = 0
    for seed in range(40):
        query, passage = function_pair(CODE, random(seed))
        words = query.removeprefix('python ').split()
        assert len(words) >= 3 and set(words) <= set(WORDS)
        assert words == sorted(words, key=WORDS.index)
        assert passage.startswith('def add(a, b):') and passage.endswith('return a + b')
        kept += passage == CODE
        assert passage == CODE or 'number' not in passage
    assert 10 < kept < 30


@pytest.mark.parametrize(
    'code',
    ['def add(a, b): return a + b', 'def add(a, b):\n    """Adds."""\n    return a + b', 'def f():\n    """"""', '"""', ''],
    ids=['no docstring', 'too few words', 'an empty one', 'one that does not end', 'nothing'],
)
def test_a_function_that_says_too_little_is_not_asked_for(code):
    assert all(function_pair(code, random(seed)) is None for seed in range(10))


@pytest.mark.parametrize('end', ['.', '. More.', ':\n  x', '\n\nMore', '\n  :param a: b', '\n  @return b', ''])
def test_the_first_sentence_ends_where_another_or_the_parameters_begin(end):
    query, _ = function_pair(f"def f():\n    '''Reads one line{end}'''", random())
    assert set(query.split()) <= {'python', 'reads', 'one', 'line'}


def test_what_is_typed_has_three_words_to_twenty():
    assert typed('one two', random()) is None
    assert typed('word ' * 21, random()) is None
    assert all(len(typed('One, two: three!', random(seed)).removeprefix('python ').split()) == 3 for seed in range(20))


def test_an_abstract_is_asked_for_by_two_sentences_that_it_then_lacks():
    sentences = [f'Sentence number {at} is here.' for at in range(6)]
    starts = set()
    for seed in range(60):
        query, passage = abstract_pair(' '.join(sentences), random(seed))
        left = [sentence for sentence in sentences if sentence in passage]
        asked = [sentence for sentence in sentences if sentence in query]
        assert sorted([*left, *asked]) == sentences and len(asked) == 2
        assert sentences.index(asked[1]) == sentences.index(asked[0]) + 1
        starts.add(sentences.index(asked[0]))
    assert starts == set(range(5))
    assert abstract_pair(' '.join(sentences[:4]), random()) is None


def test_a_question_is_there_once():
    texts = texts_of('made', [('q', 'a'), ('r', 'b'), ('q', 'c')])
    assert (texts.queries, texts.passages, texts.answers) == (['q', 'r'], ['a', 'b'], [(0, 0), (1, 1)])
    assert texts.held_out_queries == texts.held_out_passages
