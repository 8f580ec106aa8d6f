import json
import math
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from sluice_training.bert import Bert
from sluice_training.cross.batches import batches
from sluice_training.cross.export import COPIED, export, hub_weights
from sluice_training.cross.generated import generated
from sluice_training.cross.held_out import right_order, share_above
from sluice_training.cross.lists import Mined, TrainingList, known_row, source_lists
from sluice_training.cross.loss import across_loss, list_loss, teacher_loss
from sluice_training.cross.model import CrossEncoder, first_token, freeze, load_start
from sluice_training.cross.pairs import PairReader, best_window, collate
from sluice_training.cross.recipe import Recipe
from sluice_training.cross.schedule import share_of_peak
from sluice_training.cross.teacher import has_read, read_teacher
from sluice_training.cross.train import Checkpoints, train
from sluice_training.encode import CLS, SEP
from sluice_training.log import Log
from sluice_training.smoke import smoke_cross
from sluice_training.tokens import wordpiece
from tokenizers.processors import TemplateProcessing

CONFIG = {
    'vocab_size': 120,
    'hidden_size': 32,
    'num_hidden_layers': 2,
    'num_attention_heads': 4,
    'intermediate_size': 64,
    'max_position_embeddings': 128,
    'type_vocab_size': 2,
    'layer_norm_eps': 1e-12,
    'hidden_act': 'gelu',
    'model_type': 'bert',
}


def model() -> CrossEncoder:
    torch.manual_seed(3)
    made = CrossEncoder(CONFIG)
    # Of the size that trained weights have, so that a lost bias or type shows.
    for weight in made.parameters():
        weight.data += 0.2 * torch.randn_like(weight)
    return made.eval()


def pairs() -> list[tuple[list[int], list[int]]]:
    return [([CLS, 5, 6, SEP], [7, 8, 9, 10, SEP]), ([CLS, 11, SEP], [12, SEP]), ([CLS, 5, 6, 7, SEP], [SEP])]


def test_the_first_token_of_a_layer_is_what_the_whole_layer_gives():
    layer = Bert(CONFIG).layers[0]
    states, lengths = torch.randn(3, 7, 32), torch.tensor([7, 4, 1])
    mask = (torch.arange(7) < lengths[:, None])[:, None, None, :]
    torch.testing.assert_close(first_token(layer, states, mask), layer(states, mask)[:, 0], atol=1e-6, rtol=0)


def test_padding_changes_no_logit():
    together = model()(*collate(pairs()))
    alone = torch.cat([model()(*collate([pair])) for pair in pairs()])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)


def test_a_pair_has_types_and_a_mask():
    ids, types, mask = collate(pairs())
    assert ids[1].tolist() == [CLS, 11, SEP, 12, SEP, 0, 0, 0, 0]
    assert types[1].tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert mask[1].tolist() == [True] * 5 + [False] * 4


@pytest.mark.parametrize(
    ('query', 'size', 'start'),
    [([3000], 20, 41), ([9999], 20, 0), ([2000, 3000], 20, 41), ([3000], 100, 0)],
    ids=['where the word is', 'no word is there', 'the rarer of two words', 'short enough'],
)
def test_the_window_is_where_the_query_is(query, size, start):
    passage = [2000, *range(5000, 5059), 3000]
    assert best_window(query, passage, size) == passage[start : start + size]


def test_a_pair_is_never_longer_than_asked():
    reader = PairReader(wordpiece(['[UNK]', 'a', 'b']), max_tokens=16, max_query_tokens=5)
    first, second = reader.pair('a ' * 9, 'b ' * 40)
    assert (len(first), len(second)) == (7, 9)
    assert (first[0], first[-1], second[-1]) == (CLS, SEP, SEP)


def test_gradients_of_the_loss_are_central_differences():
    logits = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda given: list_loss(given, 0.5), (logits,))


def test_the_loss_falls_when_the_answer_rises_and_shifts_are_seen():
    logits = torch.tensor([[2.0, 0.0, -1.0]])
    assert list_loss(logits + torch.tensor([[0.5, 0.0, 0.0]]), 0.5) < list_loss(logits, 0.5)
    assert list_loss(logits + 9, 0.5) > list_loss(logits, 0.5)
    assert list_loss(logits + 9, 0.0) == pytest.approx(list_loss(logits, 0.0).item(), abs=1e-6)


def test_across_lists_every_answer_is_compared_with_the_best_of_every_list():
    logits = torch.tensor([[2.0, 0.0, -1.0], [1.0, 3.0, -9.0]])
    best = [math.log(math.exp(0) + math.exp(-1)), math.log(math.exp(3) + math.exp(-9))]
    expected = sum(math.log(1 + math.exp(other - answer)) for answer in (2, 1) for other in best) / 4
    assert across_loss(logits).item() == pytest.approx(expected, abs=1e-6)
    # A list that is moved as a whole keeps its order, and is no longer comparable.
    assert across_loss(logits + torch.tensor([[0.0], [9.0]])) > across_loss(logits)


def test_gradients_across_lists_are_central_differences():
    logits = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(across_loss, (logits,))


def test_gradients_with_a_teacher_are_central_differences():
    logits = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    cosines = torch.rand(3, 4, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda given: list_loss(given, 0.5) + 0.7 * teacher_loss(given, cosines, 20), (logits,))


def test_the_teacher_is_matched_where_logits_are_its_cosines_scaled():
    cosines = torch.tensor([[0.5, 0.4, 0.45]])

    def gradient(logits: torch.Tensor) -> torch.Tensor:
        given = logits.clone().requires_grad_()
        teacher_loss(given, cosines, 20).backward()
        return given.grad

    # A constant added to all of them changes nothing: a distribution over the list is compared.
    torch.testing.assert_close(gradient(20 * cosines + 3), torch.zeros(1, 3), atol=1e-6, rtol=0)
    assert gradient(torch.zeros(1, 3))[0].tolist() == pytest.approx([-0.333, 0.244, 0.088], abs=0.01)


def write_vectors(stem: Path, rows: dict[str, list[float]]) -> None:
    stem.with_name(f'{stem.name}.json').write_text(json.dumps(list(rows)))
    np.array(list(rows.values()), dtype='<f4').tofile(stem.with_name(f'{stem.name}.f32'))


def test_a_teacher_gives_cosines_by_query_and_passage(tmp_path):
    write_vectors(tmp_path / 'made.queries', {'one': [1, 0], 'two': [0.6, 0.8]})
    write_vectors(tmp_path / 'made.passages', {'b': [0, 1], 'a': [1, 0]})
    teacher = read_teacher(tmp_path, 'made')
    assert teacher.similarities('two', ['a', 'b']) == pytest.approx([0.6, 0.8])
    assert teacher.similarities('one', ['b']) == pytest.approx([0])


def test_lists_have_only_what_the_teacher_has_read_where_that_is_enough(tmp_path):
    write_vectors(tmp_path / 'made.queries', {'one': [1, 0], 'two': [1, 0]})
    write_vectors(tmp_path / 'made.passages', {key: [at / 8, 0] for at, key in enumerate('abcdfg')})
    assert has_read(tmp_path, 'made') and not has_read(tmp_path, 'other')
    teacher = read_teacher(tmp_path, 'made')
    one, two = mined().rows
    rows = [one | {'negatives': [*one['negatives'], {'id': 'h'}]}, two, one | {'query': 'three'}]
    known = [known_row(row, teacher) for row in rows]
    # `h` was not read; `two` has one negative, too few; `three` was not read.
    assert known == [one, two, rows[2]]
    stream = source_lists(Mined('made', mined().passages, known, [], teacher), 3, np.random.default_rng(1))
    drawn = {item.query: item for item in (next(stream) for _ in range(3))}
    expected = ['abcdfg'.index(passage.removeprefix('text ')) / 8 for passage in drawn['one'].passages]
    assert drawn['one'].similarities == pytest.approx(expected)
    assert drawn['one'].passages[0] == 'text a'
    assert drawn['three'].similarities is None


def test_a_teacher_has_no_opinion_of_what_it_has_not_read(tmp_path):
    write_vectors(tmp_path / 'made.queries', {'one': [1, 0]})
    write_vectors(tmp_path / 'made.passages', {'a': [1, 0]})
    teacher = read_teacher(tmp_path, 'made')
    assert teacher.similarities('one', ['a']) == pytest.approx([1])
    assert teacher.similarities('one', ['a', 'b']) is None
    assert teacher.similarities('two', ['a']) is None


def test_the_rate_rises_and_falls_by_the_clock():
    assert [share_of_peak(at, 0.1) for at in (0, 0.05, 0.1, 0.55, 1, 1.2)] == pytest.approx([0, 0.5, 1, 0.5, 0, 0])


def mined() -> Mined:
    passages = {key: f'text {key}' for key in 'abcdefgh'}
    rows = [
        {'query': 'one', 'positives': [{'id': 'a'}], 'negatives': [{'id': key} for key in 'bcd']},
        {'query': 'two', 'positives': [{'id': 'e'}, {'id': 'f'}], 'negatives': [{'id': 'g'}]},
    ]
    return Mined('made', passages, rows, [])


def test_lists_begin_with_an_answer_and_have_every_query_before_one_comes_again():
    stream = source_lists(mined(), 3, np.random.default_rng(1))
    drawn = [next(stream) for _ in range(20)]
    for one, other in zip(drawn[::2], drawn[1::2], strict=True):
        assert {one.query, other.query} == {'one', 'two'}
    for item in drawn:
        answers = {'one': {'text a'}, 'two': {'text e', 'text f'}}[item.query]
        assert item.passages[0] in answers
        assert not answers & set(item.passages[1:])
        assert len(item.passages) == 4


def test_batches_have_lists_of_about_one_length():
    reader = PairReader(wordpiece(['[UNK]', 'a']), max_tokens=64, max_query_tokens=5)
    random = np.random.default_rng(2)
    endless = (TrainingList('made', 'a', ['a ' * random.integers(1, 50)]) for _ in iter(int, 1))
    stream = batches(endless, lambda: reader, 4, random)
    spreads = []
    for _ in range(16):
        lengths = [len(second) for item in next(stream) for _, second in item.pairs]
        spreads.append(max(lengths) - min(lengths))
    assert np.mean(spreads) < 6


def start_folder(tmp_path: Path) -> Path:
    folder = tmp_path / 'start'
    folder.mkdir()
    for name in COPIED:
        (folder / name).write_text('{}')
    words = ['[PAD]', *(f'[unused{i}]' for i in range(99)), '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'water', 'is', 'wet']
    (folder / 'vocab.txt').write_text('\n'.join(words) + '\n')
    (folder / 'config.json').write_text(json.dumps(CONFIG))
    special = {f'{kind}_token': f'[{kind.upper()}]' for kind in ('pad', 'unk', 'cls', 'sep', 'mask')}
    (folder / 'special_tokens_map.json').write_text(json.dumps(special))
    (folder / 'tokenizer_config.json').write_text(json.dumps({'tokenizer_class': 'BertTokenizer', 'model_max_length': 32, **special}))
    tokenizer = wordpiece(words)
    tokenizer.post_processor = TemplateProcessing(
        single='[CLS] $A [SEP]', pair='[CLS] $A [SEP] $B:1 [SEP]:1', special_tokens=[('[CLS]', CLS), ('[SEP]', SEP)]
    )
    tokenizer.save(str(folder / 'tokenizer.json'))
    weights = {name.removeprefix('bert.'): tensor for name, tensor in hub_weights(model()).items() if name.startswith('bert.')}
    save_file(weights, folder / 'model.safetensors')
    return folder


def test_the_start_has_the_trunk_and_the_pooler(tmp_path):
    started, expected = load_start(start_folder(tmp_path)), model()
    torch.testing.assert_close(started.pooler.weight, expected.pooler.weight)
    torch.testing.assert_close(started.trunk.layers[1].attention_in.bias, expected.trunk.layers[1].attention_in.bias)


def test_an_exported_folder_is_trained_further_with_its_head(tmp_path):
    export(start_folder(tmp_path), model(), tmp_path / 'out', 96)
    started, expected = load_start(tmp_path / 'out'), model()
    for name, weight in started.state_dict().items():
        torch.testing.assert_close(weight, expected.state_dict()[name])


def test_a_reader_is_cut_and_never_made_longer():
    reader = PairReader(wordpiece(['[UNK]', 'a', 'b']), max_tokens=16, max_query_tokens=5)
    assert [reader.cut(size).max_tokens for size in (12, 99)] == [12, 16]


def test_sentence_transformers_reads_the_folder_and_gives_the_logits(tmp_path):
    library = pytest.importorskip('sentence_transformers', reason='sentence-transformers is not installed')
    export(start_folder(tmp_path), model(), tmp_path / 'out', 96)
    reader = PairReader(wordpiece((tmp_path / 'out' / 'vocab.txt').read_text().split('\n')[:-1]), 32, 8)
    texts = [('water', 'water is wet'), ('is wet', 'water'), ('wet wet is', 'is is is water')]
    with torch.inference_mode():
        expected = model()(*collate([reader.pair(*text) for text in texts])).numpy()
    encoder = library.CrossEncoder(str(tmp_path / 'out'), device='cpu')
    assert encoder.tokenizer.model_max_length == 96
    found = encoder.predict(texts)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_what_is_frozen_stays_and_a_checkpoint_goes_on(tmp_path):
    made = generated(queries=60, seed=1)
    recipe = Recipe(max_tokens=24, frozen_layers=1, lists=4)
    ticks = count()
    seen = []
    before = {name: weight.clone() for name, weight in made.model.state_dict().items()}

    def stop(_, progress):
        seen.append(progress.spent)
        if len(seen) == 2:
            raise KeyboardInterrupt

    def run(checkpoints, tick):
        return train(made.model, made.reader, made.sources, recipe, 100, checkpoints, Log(), tick)

    with pytest.raises(KeyboardInterrupt):
        run(Checkpoints(tmp_path / 'c.pt', 10, stop), lambda: next(ticks))
    after = made.model.state_dict()
    moved = {name for name, weight in after.items() if not torch.equal(weight, before[name])}
    assert 'classifier.weight' in moved and 'trunk.layers.1.feed_in.weight' in moved
    assert not any(name.startswith(('trunk.words', 'trunk.layers.0', 'trunk.norm')) for name in moved)
    progress = run(Checkpoints(tmp_path / 'c.pt', 1000, lambda *_: None), lambda: next(ticks))
    assert progress.spent >= 1 and progress.step > 0


def test_the_share_in_the_right_order_counts_ties_half():
    assert right_order({'a': 2, 'b': 1, 'c': 2, 'd': 3}, {'a': 1}) == pytest.approx(0.5)


def test_best_scores_are_compared_between_queries():
    assert share_above([3, 1], [2, 1]) == pytest.approx((1 + 1 + 0 + 0.5) / 4)


def test_training_on_generated_texts_ranks_held_out_ones():
    before, after = smoke_cross(steps=60, log=Log())
    assert after['mean']['auc'] > max(0.9, before['mean']['auc'] + 0.2)
    assert after['mean']['cross'] > before['mean']['cross']
    assert after['mean']['nothing'] > max(0.8, before['mean']['nothing'] + 0.1)
