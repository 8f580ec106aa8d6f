import numpy as np
import pytest
import torch
from sluice_training.bert import Bert
from sluice_training.log import Log
from sluice_training.splade.graph import int8_rows, with_head
from sluice_training.splade.head import Batch, QueryHead, SparseHead, active_square, quadratic
from sluice_training.splade.measure import cut
from sluice_training.splade.states import read_shards, trunk_states, write_shards
from sluice_training.splade.terms import Terms, make_terms, stem_terms, term_sets
from sluice_training.splade.train import Loss
from sluice_training.tokens import Bags

torch.set_num_threads(1)
VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'cat', 'cats', 'hunting', 'hunt', '##ing', '!']
HIDDEN, WIDTH = 12, 5


def tiny_terms() -> Terms:
    term_of = stem_terms(VOCABULARY)
    return Terms(term_of, np.array([6, 8]), np.linspace(0.5, 3, len(VOCABULARY)).astype(np.float32))


def tiny_batch(seed: int = 1) -> Batch:
    ids = torch.tensor([[2, 6, 7, 5, 3], [2, 9, 10, 3, 0]])
    states = torch.randn(2, 5, HIDDEN, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return Batch(ids, torch.tensor([[True] * 5, [True] * 4 + [False]]), states)


def tiny_head(seed: int = 2) -> SparseHead:
    torch.manual_seed(seed)
    head = SparseHead(tiny_terms(), HIDDEN, WIDTH, slots=3).double()
    with torch.no_grad():
        for parameter in (head.slots, head.rows, head.refine_out.weight, head.own_out.weight):
            parameter.normal_()
        head.bias.fill_(-0.3)
    return head


def test_inflections_count_for_the_most_frequent_of_them_and_special_tokens_for_nothing():
    assert stem_terms(VOCABULARY).tolist() == [-1, -1, -1, -1, -1, 5, 6, 6, 8, 8, 10, 11]


def test_rare_terms_weigh_more_and_common_ones_are_given_to_no_text():
    bags = Bags(np.array([5, 6, 5, 8, 5, 5, 10] + [5] * 10), np.array([0, 2, 4, 5, 7, *range(8, 18)]))
    terms = make_terms(VOCABULARY, bags)
    assert terms.expandable.tolist() == [6, 8]
    assert terms.idf[6] > terms.idf[5] > 0
    assert [each.tolist() for each in term_sets(bags, terms.term_of)[:2]] == [[5, 6], [5, 8]]


def test_at_the_start_own_tokens_have_the_weights_of_bm25():
    head, batch = SparseHead(tiny_terms(), HIDDEN, WIDTH, slots=2).double(), tiny_batch()
    own = head.own(batch)
    # Two tokens of the term `cat`, one of `the`; length 3 of 110.
    norm = 1.2 * (0.25 + 0.75 * 3 / 110)
    assert own[0, 6].item() == pytest.approx(2 / (2 + norm), rel=1e-6)
    assert own[0, 5].item() == pytest.approx(1 / (1 + norm), rel=1e-6)
    assert (own > 0).sum().item() == 4


def test_expansions_equal_those_of_all_terms_and_slots_at_once():
    head, batch = tiny_head(), tiny_batch()
    logits = torch.einsum('bsw,tw->bst', head.slot_vectors(batch), head.rows) - head.bias
    expected = torch.log1p(torch.relu(logits)).amax(dim=1)
    places, values = head.expansions(batch, None)
    found = torch.zeros(2, len(VOCABULARY), dtype=torch.float64).scatter(1, places, values)[:, [6, 8]]
    torch.testing.assert_close(found, expected)
    assert (expected > 0).any()


def test_padding_changes_nothing():
    head, batch = tiny_head(), tiny_batch()
    alone = Batch(batch.ids[1:, :4], batch.mask[1:, :4], batch.states[1:, :4])
    torch.testing.assert_close(head(alone)[0], head(batch)[1])
    asked = QueryHead(len(VOCABULARY), HIDDEN).double()
    torch.testing.assert_close(asked.encoded(alone, head)[0], asked.encoded(batch, head)[1])


def numeric_gradient(value, parameter: torch.Tensor, at: int, width: float = 1e-6) -> float:
    flat = parameter.data.view(-1)
    before = flat[at].item()
    sides = []
    for shift in (width, -width):
        flat[at] = before + shift
        sides.append(value().item())
    flat[at] = before
    return (sides[0] - sides[1]) / (2 * width)


def test_gradients_equal_central_differences():
    head, batch, loss = tiny_head(), tiny_batch(), Loss(0.3, 0.05).double()
    asked = QueryHead(len(VOCABULARY), HIDDEN).double()
    with torch.no_grad():
        asked.own_out.weight.normal_()
    queries = tiny_batch(seed=5)
    wanted = torch.tensor([[3.0, 1.0], [0.5, 2.0]], dtype=torch.float64)

    def value() -> torch.Tensor:
        weights = head(batch, 2)
        scores = torch.cat([asked.encoded(queries, head) @ weights.T] * 2, dim=1)
        same = torch.zeros(2, 4, dtype=torch.bool)
        return loss(scores, torch.cat([wanted, wanted.flip(0)], dim=1), same) + 0.1 * active_square(weights)

    value().backward()
    for module in (head, asked, loss):
        for name, parameter in module.named_parameters():
            for at in range(0, parameter.numel(), max(1, parameter.numel() // 4)):
                expected = numeric_gradient(value, parameter, at)
                found = 0.0 if parameter.grad is None else parameter.grad.view(-1)[at].item()
                assert found == pytest.approx(expected, rel=2e-4, abs=1e-7), name


def test_the_regulariser_grows_with_what_texts_share():
    spread, shared = torch.eye(4), torch.zeros(4, 4)
    shared[:, 0] = 1
    assert active_square(spread).item() == pytest.approx(4 / 16)
    assert active_square(shared).item() == 1
    assert [quadratic(step, 10) for step in (0, 5, 10, 20)] == [0, 0.25, 1, 1]


def test_a_cut_keeps_the_largest_weights():
    found = cut(torch.tensor([[0.0, 3.0, 1.0, 2.0]]), 2)
    assert found.tolist() == [[0, 3, 0, 2]]


def test_states_are_the_trunks_whatever_the_batch_and_shards_are_read_back(tmp_path):
    torch.manual_seed(3)
    config = {'hidden_size': HIDDEN, 'layer_norm_eps': 1e-12, 'vocab_size': 120, 'max_position_embeddings': 16, 'type_vocab_size': 2,
              'num_hidden_layers': 1, 'num_attention_heads': 2, 'intermediate_size': 8}
    bert = Bert(config).eval()
    bags = Bags(np.array([5, 6, 7, 8, 9, 10], dtype=np.int32), np.array([0, 2, 3, 6]))
    states = trunk_states(bert, bags)
    ids, values = states.row(2)
    assert ids.tolist() == [101, 8, 9, 10, 102]
    with torch.inference_mode():
        expected = bert.states(torch.tensor([[101, 8, 9, 10, 102]]))[0].numpy()
    np.testing.assert_allclose(values, expected, atol=2e-3)
    write_shards(bert, 'some', bags, tmp_path, Log(), shard=2)
    read = read_shards('some', bags, tmp_path, shard=2)
    np.testing.assert_array_equal(read.ids, states.ids)
    np.testing.assert_array_equal(read.offsets, states.offsets)
    np.testing.assert_allclose(read.values, states.values, atol=2e-3)


def test_the_graph_gives_what_the_head_gives():
    onnx = pytest.importorskip('onnx')
    runtime = pytest.importorskip('onnxruntime')
    helper = onnx.helper
    head = tiny_head().float()
    # The states come in as the trunk's output would.
    states = helper.make_tensor_value_info('given', onnx.TensorProto.FLOAT, ['batch', 'tokens', HIDDEN])
    tokens = [helper.make_tensor_value_info(name, onnx.TensorProto.INT32, ['batch', 'tokens']) for name in ('input_ids', 'attention_mask')]
    last = helper.make_tensor_value_info('last_hidden_state', onnx.TensorProto.FLOAT, ['batch', 'tokens', HIDDEN])
    node = helper.make_node('Identity', ['given'], ['last_hidden_state'])
    opsets = [helper.make_opsetid('', 18), helper.make_opsetid('com.microsoft', 1)]
    trunk = helper.make_model(helper.make_graph([node], 'trunk', [states, *tokens], [last]), opset_imports=opsets, ir_version=8)
    asked = QueryHead(len(VOCABULARY), HIDDEN)
    with torch.no_grad():
        asked.own_out.weight.normal_()
        asked.table.normal_()
    session = runtime.InferenceSession(with_head(trunk, head, asked).SerializeToString())
    batch = tiny_batch()
    feeds = {'given': batch.states.float().numpy(), 'input_ids': batch.ids.int().numpy(), 'attention_mask': batch.mask.int().numpy()}
    found, query = session.run(['term_weights', 'query_weights'], feeds)
    codes, scales = int8_rows(head.rows.detach().numpy())
    head.rows.data = torch.from_numpy(codes * scales[:, None])
    same = Batch(batch.ids, batch.mask, batch.states.float())
    expected = head(same).detach().numpy()
    np.testing.assert_allclose(query, asked.encoded(same, head).detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (expected > 0).sum() > 4
