import math

import numpy as np
import pytest
from sluice_training.ranking import fuse, mean_ndcg, ndcg, normalized, ordered, search


def test_ndcg_of_a_ranking_worked_by_hand():
    found = ndcg(['a', 'x', 'b'], {'a': 1, 'b': 3, 'c': 0})
    assert found == pytest.approx((1 + 3 / 2) / (3 + 1 / math.log2(3)))


def test_missing_queries_count_and_unanswerable_ones_do_not():
    assert mean_ndcg({'1': {'a': 1.0}}, {'1': {'a': 1}, '2': {'b': 2}, '3': {'c': 0}}) == pytest.approx(0.5)


def test_equal_scores_go_by_id_descending():
    assert ordered({'a': 1.0, 'c': 1.0, 'b': 2.0}) == ['b', 'c', 'a']


def test_search_equals_a_full_sort():
    random = np.random.default_rng(3)
    queries, documents = normalized(random.normal(size=(300, 8))), normalized(random.normal(size=(50, 8)))
    rows, scores = search(queries, documents, 7)
    np.testing.assert_array_equal(rows, np.argsort(-(queries @ documents.T), axis=1)[:, :7])
    assert (np.diff(scores, axis=1) <= 0).all()


def test_fusion_gives_the_lowest_score_to_what_a_run_misses():
    fused = fuse({'q': {'a': 3.0, 'b': 1.0}}, {'q': {'b': 10.0, 'c': 0.0}}, 0.7)
    assert fused['q'] == pytest.approx({'a': 0.7 - 0.3, 'b': -0.7 + 0.3, 'c': -0.7 - 0.3})
