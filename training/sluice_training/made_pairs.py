"""Questions made of a passage's own words, for kinds of texts that no source of pairs has: code, and long descriptions.

A function is asked for by its docstring, an abstract by two sentences of it (the inverse cloze task, Lee, Chang and
Toutanova 2019). What asks is taken out of the passage, so that words alone do not find it; every second docstring stays.
"""

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np

from . import data

FUNCTIONS, ABSTRACTS = 'made-functions', 'made-abstracts'
# The collection and the pairs that the passages are from.
CODE, SCIENCE = data.source_named('cosqa-code'), data.source_named('arxiv-title-abstract')

MOST_ABSTRACTS = 6000
FEWEST_SENTENCES = 5
ASKING_SENTENCES = 2
FEWEST_WORDS, MOST_WORDS = 3, 20
# Of a docstring's words, how many are left out: people type less than they would write.
DROPPED = 0.2
DOCSTRING = re.compile(r'(?P<quote>"""|\'\'\')(?P<text>.*?)(?P=quote)', re.DOTALL)
FIRST_SENTENCE = re.compile(r'\s*(.+?)(?:[.:]\s|\n\s*\n|\n\s*[:@-]|\.?\s*$)', re.DOTALL)
SENTENCE_END = re.compile(r'(?<=[.!?])\s+(?=[A-Z])')


def typed(sentence: str, random: np.random.Generator) -> str | None:
    """A sentence as somebody would type it to look for code; none where it is too short or too long to ask for much."""
    words = re.findall(r"[\w'-]+", sentence.lower())
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return None
    kept = [word for word in words if random.random() >= DROPPED]
    words = kept if len(kept) >= FEWEST_WORDS else words
    return ' '.join(['python', *words] if random.random() < 0.5 else words)


def function_pair(code: str, random: np.random.Generator) -> tuple[str, str] | None:
    """What its docstring asks for, and the function: half of them without it."""
    found = DOCSTRING.search(code)
    first = found and FIRST_SENTENCE.match(found['text'])
    query = first and typed(first[1], random)
    if not found or not query:
        return None
    return query, code if random.random() < 0.5 else code[: found.start()] + code[found.end() :]


def abstract_pair(abstract: str, random: np.random.Generator) -> tuple[str, str] | None:
    """Two sentences that follow each other, and what is left of the abstract; none of a short one."""
    sentences = SENTENCE_END.split(abstract)
    if len(sentences) < FEWEST_SENTENCES:
        return None
    start = int(random.integers(len(sentences) - ASKING_SENTENCES + 1))
    end = start + ASKING_SENTENCES
    return ' '.join(sentences[start:end]), ' '.join([*sentences[:start], *sentences[end:]])


def texts_of(name: str, pairs: Iterable[tuple[str, str]]) -> data.Texts:
    """A question once, with its first passage."""
    unique: dict[str, str] = {}
    for query, passage in pairs:
        unique.setdefault(query, passage)
    queries, passages = list(unique), list(unique.values())
    held_out = {at for at, query in enumerate(queries) if data.is_held_out(f'{name}/{query}')}
    return data.Texts(name, queries, passages, [(at, at) for at in range(len(queries))], held_out, held_out)


def read_functions(shared: Path, seed: int) -> data.Texts:
    random = np.random.default_rng(seed)
    codes = data.read_passages(shared / 'data' / 'beir', CODE).passages
    return texts_of(FUNCTIONS, filter(None, (function_pair(code, random) for code in codes)))


def read_abstracts(shared: Path, seed: int) -> data.Texts:
    random = np.random.default_rng(seed)
    abstracts = data.read_pairs(shared / 'data' / 'train', SCIENCE).passages
    drawn = (abstracts[at] for at in random.permutation(len(abstracts)))
    pairs = filter(None, (abstract_pair(abstract, random) for abstract in drawn))
    return texts_of(ABSTRACTS, islice(pairs, MOST_ABSTRACTS))
