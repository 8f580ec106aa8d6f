"""The sparse head: own tokens at weights that start as BM25's, and terms that the text does not have."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .terms import Terms

OWN_HIDDEN = 64
MEAN_LENGTH = 110.0
# Terms that the encoder may add to a query.
QUERY_TERMS = 24


@dataclass(frozen=True)
class Batch:
    """Padded texts. `ids` and `mask` (true for tokens): batch x length; `states`: batch x length x hidden."""

    ids: Tensor
    mask: Tensor
    states: Tensor


def inverse_softplus(value: float) -> float:
    return float(torch.log(torch.expm1(torch.tensor(value))))


class SparseHead(nn.Module):
    """Token states to one weight a term.

    A weight is nu_t (own_t + gamma expansion_t).

    - own_t = S / (S + k (1 - b + b length / mean length)), S the sum of m over the tokens of term t: BM25's saturation,
      with a learnt m = exp(f(state)), 1 at the start, in place of a count.
    - expansion_t = log(1 + max over slots of ReLU(e_t x_s - bias_t)). A slot reads the text by attention of its own, the
      first one by the mean. Only a few vectors a text meet the table of terms, not one a token, so the head costs little
      beside the trunk.
    - nu_t starts as the idf.
    """

    def __init__(self, terms: Terms, hidden: int, width: int, slots: int) -> None:
        super().__init__()
        self.register_buffer('term_of', torch.from_numpy(terms.term_of).long())
        self.register_buffer('expandable', torch.from_numpy(terms.expandable).long())
        self.own_in = nn.Linear(hidden, OWN_HIDDEN)
        self.own_out = nn.Linear(OWN_HIDDEN, 1)
        nn.init.zeros_(self.own_out.weight)
        nn.init.zeros_(self.own_out.bias)
        self.k = nn.Parameter(torch.tensor(inverse_softplus(1.2)))
        self.b = nn.Parameter(torch.tensor(0.75).logit())
        self.slots = nn.Parameter(torch.zeros(slots, hidden))
        self.project = nn.Linear(hidden, width, bias=False)
        self.refine_in = nn.Linear(hidden, width)
        self.refine_out = nn.Linear(width, width)
        nn.init.zeros_(self.refine_out.weight)
        nn.init.zeros_(self.refine_out.bias)
        self.rows = nn.Parameter(torch.zeros(len(terms.expandable), width))
        self.bias = nn.Parameter(torch.zeros(len(terms.expandable)))
        self.gamma = nn.Parameter(torch.tensor(inverse_softplus(0.15)))
        self.nu = nn.Parameter(torch.from_numpy(terms.idf).clamp(min=0.01).log())

    def forward(self, batch: Batch, most: int | None = None) -> Tensor:
        """Batch x vocabulary. `most`: expansions that a text keeps, the largest; all others have weight and gradient 0."""
        own = self.own(batch)
        places, values = self.expansions(batch, most)
        expanded = torch.zeros_like(own).scatter(1, places, values)
        return (own + F.softplus(self.gamma) * expanded) * self.nu.exp()

    def own(self, batch: Batch) -> Tensor:
        """Batch x vocabulary: the saturated sum of what the tokens of each term weigh."""
        terms = self.term_of[batch.ids]
        counted = batch.mask & (terms >= 0)
        weights = self.token_weights(batch.states) * counted
        sums = weights.new_zeros(len(terms), len(self.term_of)).scatter_add(1, terms.clamp(min=0), weights)
        length = counted.sum(dim=1, keepdim=True)
        b = torch.sigmoid(self.b)
        return sums / (sums + F.softplus(self.k) * (1 - b + b * length / MEAN_LENGTH))

    def token_weights(self, states: Tensor) -> Tensor:
        return self.own_out(F.gelu(self.own_in(states))).squeeze(-1).clamp(-8, 3).exp()

    def slot_vectors(self, batch: Batch) -> Tensor:
        """Batch x slots x width, of length 1."""
        attention = (batch.states @ self.slots.T).masked_fill(~batch.mask[:, :, None], -1e9).softmax(dim=1)
        read = attention.transpose(1, 2) @ batch.states
        return F.normalize(self.project(read) + self.refine_out(F.gelu(self.refine_in(read))), dim=-1)

    def expansions(self, batch: Batch, most: int | None) -> tuple[Tensor, Tensor]:
        """Terms and log(1 + ReLU(logit)), batch x `most` (terms of value 0 among them).

        Which slot is the largest for which term is found without gradient; the gradient then passes only through those
        products, which for a maximum is all there is.
        """
        vectors = self.slot_vectors(batch)
        with torch.no_grad():
            logits, slot = (vectors @ self.rows.T).max(dim=1)
            best, found = (logits - self.bias).topk(min(most or len(self.rows), len(self.rows)), dim=1)
            slot = slot.gather(1, found)
        chosen = vectors.gather(1, slot[:, :, None].expand(-1, -1, vectors.shape[2]))
        values = (chosen * self.rows[found]).sum(dim=-1) - self.bias[found]
        return self.expandable[found], torch.log1p(F.relu(values))


class QueryHead(nn.Module):
    """Queries: a weight for each term by table, and, for the encoder's queries, by what stands around it."""

    def __init__(self, vocabulary: int, hidden: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(vocabulary))
        self.own_in = nn.Linear(hidden, OWN_HIDDEN)
        self.own_out = nn.Linear(OWN_HIDDEN, 1)
        nn.init.zeros_(self.own_out.weight)
        nn.init.zeros_(self.own_out.bias)
        self.gamma = nn.Parameter(torch.tensor(inverse_softplus(0.02)))

    def free(self) -> Tensor:
        """Weight of each term, whatever the query."""
        return self.table.exp()

    def encoded(self, batch: Batch, head: SparseHead, most: int = QUERY_TERMS) -> Tensor:
        """Batch x vocabulary, by the encoder."""
        terms = head.term_of[batch.ids]
        counted = batch.mask & (terms >= 0)
        weights = self.own_out(F.gelu(self.own_in(batch.states))).squeeze(-1).clamp(-8, 3).exp() * counted
        own = weights.new_zeros(len(terms), len(self.table)).scatter_reduce(1, terms.clamp(min=0), weights, 'amax')
        places, values = head.expansions(batch, most)
        expanded = torch.zeros_like(own).scatter(1, places, values)
        return (own + F.softplus(self.gamma) * expanded) * self.free()


def active_square(weights: Tensor) -> Tensor:
    """The FLOPS regulariser: sum over terms of the squared mean weight in the batch (arXiv 2004.05665)."""
    return weights.mean(dim=0).square().sum()


def quadratic(step: int, whole: int) -> float:
    """Share of the regulariser's weight at a step: min(1, t / T) squared."""
    return min(1.0, step / max(1, whole)) ** 2
