"""A BERT encoder in plain torch: the teacher now, and a model to train from later."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, hidden: int, heads: int, intermediate: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.attention_in = nn.Linear(hidden, 3 * hidden)
        self.attention_out = nn.Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, eps=epsilon)
        self.feed_in = nn.Linear(hidden, intermediate)
        self.feed_out = nn.Linear(intermediate, hidden)
        self.feed_norm = nn.LayerNorm(hidden, eps=epsilon)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, hidden = states.shape
        mixed = self.attention_in(states).view(batch, length, 3, self.heads, hidden // self.heads)
        queries, keys, values = mixed.permute(2, 0, 3, 1, 4)
        context = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        context = context.transpose(1, 2).reshape(batch, length, hidden)
        states = self.attention_norm(states + self.attention_out(context))
        return self.feed_norm(states + self.feed_out(F.gelu(self.feed_in(states))))


class Bert(nn.Module):
    """Token ids to mean-pooled, normalised sentence vectors."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        hidden, epsilon = config['hidden_size'], config['layer_norm_eps']
        self.words = nn.Embedding(config['vocab_size'], hidden)
        self.positions = nn.Embedding(config['max_position_embeddings'], hidden)
        self.types = nn.Embedding(config['type_vocab_size'], hidden)
        self.norm = nn.LayerNorm(hidden, eps=epsilon)
        self.layers = nn.ModuleList(
            Layer(hidden, config['num_attention_heads'], config['intermediate_size'], epsilon)
            for _ in range(config['num_hidden_layers'])
        )

    def states(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """What the last layer makes of each token: batch x length x hidden. `mask` as for `forward`."""
        states = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.types.weight[0]
        states = self.norm(states)
        attention = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            states = layer(states, attention)
        return states

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """`mask` (batch x length, true for tokens) may be left out when no row is padded."""
        states = self.states(ids, mask)
        if mask is None:
            pooled = states.float().mean(dim=1)
        else:
            weights = mask[:, :, None].float()
            pooled = (states.float() * weights).sum(dim=1) / weights.sum(dim=1)
        return F.normalize(pooled, dim=-1)


def load_bert(folder: Path) -> Bert:
    """Reads `config.json` and `model.safetensors` of a BERT folder in hub layout."""
    config = json.loads((folder / 'config.json').read_text())
    weights = load_file(folder / 'model.safetensors')
    bert = Bert(config)
    bert.load_state_dict(renamed(weights, config['num_hidden_layers']))
    return bert.eval()


def renamed(weights: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    named = {}
    for theirs, ours in (('word', 'words'), ('position', 'positions'), ('token_type', 'types')):
        named[f'{ours}.weight'] = weights[f'embeddings.{theirs}_embeddings.weight']
    for kind in ('weight', 'bias'):
        named[f'norm.{kind}'] = weights[f'embeddings.LayerNorm.{kind}']
        for layer in range(layers):
            old, new = f'encoder.layer.{layer}', f'layers.{layer}'
            mixed = [weights[f'{old}.attention.self.{part}.{kind}'] for part in ('query', 'key', 'value')]
            named[f'{new}.attention_in.{kind}'] = torch.cat(mixed)
            named[f'{new}.attention_out.{kind}'] = weights[f'{old}.attention.output.dense.{kind}']
            named[f'{new}.attention_norm.{kind}'] = weights[f'{old}.attention.output.LayerNorm.{kind}']
            named[f'{new}.feed_in.{kind}'] = weights[f'{old}.intermediate.dense.{kind}']
            named[f'{new}.feed_out.{kind}'] = weights[f'{old}.output.dense.{kind}']
            named[f'{new}.feed_norm.{kind}'] = weights[f'{old}.output.LayerNorm.{kind}']
    return named
