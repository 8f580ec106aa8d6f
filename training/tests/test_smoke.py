import torch
from sluice_training.log import Log
from sluice_training.matryoshka.recipe import Recipe as TurnRecipe
from sluice_training.smoke import smoke_matryoshka, smoke_sparse, smoke_static
from sluice_training.splade.export import load_heads
from sluice_training.static.train import Recipe


def test_training_on_generated_texts_comes_near_its_teacher():
    distilled = smoke_static(Recipe(epochs=10, batch=128), Log())
    assert distilled.after['mean'][256] > max(0.9, distilled.before['mean'][256])
    assert distilled.after['mean'][64] > distilled.before['mean'][64]
    assert not distilled.table.codes[0].any()


def test_same_seed_gives_the_same_table():
    first, second = (smoke_static(Recipe(epochs=1, batch=128), Log()).table for _ in range(2))
    assert (first.codes == second.codes).all()


def test_a_learnt_rotation_keeps_more_than_the_one_it_started_from():
    turned = smoke_matryoshka(TurnRecipe(steps=60, batch=128), Log())
    assert turned.after['mean'][64] > turned.before['mean'][64]


def test_the_sparse_head_is_trained_measured_and_saved(tmp_path):
    head, asked = load_heads(smoke_sparse(0.05, tmp_path, Log()))
    for module in (head, asked):
        assert all(bool(torch.isfinite(parameter).all()) for parameter in module.parameters())
    # It has moved from where it started: every token counted 1, and every query term.
    assert bool(head.own_out.weight.any())
    assert bool(asked.table.any())
