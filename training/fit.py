"""Logistic regression over the weigher's features, calibrated on writers that it hasn't seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from commentkit.shaming import weigher
from commentkit.shaming.model import CATEGORIES
from training.data import ALSO, FOLDS, HARMLESS, Corpus, Item

STRENGTH = 20.0  # inverse of the regularisation
KINDS = ("likely", "possible", "cleared", "nothing")
HARD = 0.06  # share of harmless hard cases that may be flagged, at most; many are siblings of shaming ones
ORDINARY = 0.0062  # share of ordinary comments
QUIETER = 1.0  # this far below doubt, rules aren't asked any more
RIGHT = 0.33  # a rule is doubted where less than this share of what it finds is right
MARKED = 0.012  # share of ordinary comments that may be marked

Rows = list[tuple[int, int]]


@dataclass(frozen=True)
class Model:
    """What was learned."""

    words: np.ndarray
    spellings: np.ndarray
    categories: dict[str, np.ndarray]
    facts: dict[str, Any]


def _block(sets: Sequence[set[int]], size: int, *, plain: bool = False) -> csr_matrix:
    pointers = np.cumsum([0, *(len(each) for each in sets)])
    columns = np.fromiter((column for each in sets for column in each), dtype=np.int32)
    values = [
        np.full(len(each), 1.0 if plain else 1.0 / weigher.length(len(each)), dtype=np.float32)
        for each in sets
    ]
    return csr_matrix((np.concatenate(values), columns, pointers), shape=(len(sets), size))


def _matrix(words: Sequence[Sequence[str]]) -> csr_matrix:
    both = [weigher.features(each) for each in words]
    return hstack(
        [
            _block([each for each, _ in both], 1 << weigher.WORD_BITS),
            _block([each for _, each in both], 1 << weigher.SPELLING_BITS),
        ]
    ).tocsr()


def _best(margins: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    best = np.full(count, -99.0)
    np.maximum.at(best, owner, margins)
    return best


class _Stretches:
    """All stretches of all items as one matrix."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.owner = np.array([index for index, item in enumerate(items) for _ in item.stretches])
        self.matrix = _matrix([each.words for item in items for each in item.stretches])
        self.kinds = np.array([KINDS.index(kind) for item in items for kind in item.kinds])
        self.shames = np.array([item.shames for item in items])
        self.alone = np.array([len(item.stretches) == 1 for item in items])

    def learn(self, chosen: np.ndarray) -> LogisticRegression:
        """Fit on the chosen items. Which stretch of a long one shames is guessed by a first fit."""
        rows = chosen[self.owner]
        certain = rows & (self.alone | ~self.shames)[self.owner]
        model = self._fit(certain, self.shames[self.owner])
        margins = model.decision_function(self.matrix)
        heaviest = margins >= _best(margins, self.owner, len(self.items))[self.owner] - 1e-9
        shaming = self.shames[self.owner] & (self.alone[self.owner] | heaviest)
        return self._fit(rows & (shaming | ~self.shames[self.owner]), shaming)

    def _fit(self, rows: np.ndarray, labels: np.ndarray) -> LogisticRegression:
        return LogisticRegression(C=STRENGTH, max_iter=200).fit(self.matrix[rows], labels[rows])


def fit(corpus: Corpus, seed: int) -> Model:
    """Learn the weights, what a rule's finding adds, the thresholds and the categories."""
    np.random.default_rng(seed)
    everything = _Stretches(corpus.items)
    writers = np.array([item.writer for item in corpus.items])
    unseen = np.zeros(len(everything.owner))
    for fold in _folds(writers, seed):
        outside = ~np.isin(writers, fold)
        model = everything.learn(outside)
        rows = ~outside[everything.owner]
        unseen[rows] = model.decision_function(everything.matrix[rows])
    ordinary = np.array([writer.startswith(HARMLESS) for writer in writers])
    rules = _rules(everything, unseen, ordinary)
    doubt = _doubt(everything, unseen, ordinary)
    added = np.array([rules[kind] for kind in KINDS])[everything.kinds]
    believed = (everything.kinds == KINDS.index("likely")) & (unseen >= doubt)
    added = np.where(believed, 99.0, added)
    margins = _best(unseen + added, everything.owner, len(corpus.items))
    rough = np.array([writer.startswith(ALSO) for writer in writers])
    hard = margins[~everything.shames & ~ordinary & ~rough]
    usual = margins[ordinary]
    bounds = [float(np.quantile(hard, 1 - HARD))]
    if len(usual):
        bounds.append(float(np.quantile(usual, 1 - ORDINARY)))
    likely = max(bounds)
    possible = float(np.quantile(usual if len(usual) else hard, 1 - MARKED))
    final = everything.learn(np.ones(len(corpus.items), dtype=bool))
    weights = final.coef_[0]
    categories = _categories(corpus.items)
    unit = float(np.abs(weights).max()) / 32767
    facts = {
        "unit": unit,
        "bias": float(final.intercept_[0]),
        "rules": rules,
        "doubt": doubt,
        "quiet": doubt - QUIETER,
        "likely": likely,
        "possible": min(possible, likely),
        "categories": list(categories),
        "unseen_writers": {
            "found": float((margins[everything.shames] >= likely).mean()),
            "hard_cases_flagged": float((hard >= likely).mean()),
            "ordinary_flagged": float((usual >= likely).mean()) if len(usual) else None,
        },
    }
    cut = 1 << weigher.WORD_BITS
    whole = np.round(weights / unit).astype(np.int16)
    return Model(whole[:cut], whole[cut:], categories, facts)


def _folds(writers: np.ndarray, seed: int) -> list[np.ndarray]:
    """Writers in as many groups as there are of ordinary comments, one of those in each."""
    names = set(writers)
    parts = sorted(name for name in names if name.startswith((HARMLESS, ALSO)))
    people = np.random.default_rng(seed).permutation(sorted(names - set(parts)))
    return [np.array([*people[start::FOLDS], *parts[start::FOLDS]], dtype=object) for start in range(FOLDS)]


def _doubt(everything: _Stretches, unseen: np.ndarray, ordinary: np.ndarray) -> float:
    """The margin below which what a rule takes for likely is mostly wrong."""
    usable = (everything.alone & ~ordinary)[everything.owner] & (everything.kinds == KINDS.index("likely"))
    order = np.argsort(unseen[usable])
    right = np.cumsum(everything.shames[everything.owner][usable][order]) / np.arange(1, usable.sum() + 1)
    wrong = np.flatnonzero(right <= RIGHT)
    return float(unseen[usable][order][wrong[-1]]) if len(wrong) else -99.0


def _rules(everything: _Stretches, unseen: np.ndarray, ordinary: np.ndarray) -> dict[str, float]:
    """What each kind of finding adds to the margin: a second, tiny regression on unseen margins."""
    usable = (everything.alone & ~ordinary)[everything.owner]
    columns = [unseen, *((everything.kinds == index).astype(float) for index in range(1, 3))]
    model = LogisticRegression(C=100.0).fit(
        np.column_stack(columns)[usable], everything.shames[everything.owner][usable]
    )
    slope = model.coef_[0][0]
    told = {kind: float(model.coef_[0][1 + index] / slope) for index, kind in enumerate(KINDS[1:3])}
    return {"likely": 0.0, **told, "nothing": 0.0}


def _categories(items: Sequence[Item]) -> dict[str, np.ndarray]:
    told = [
        (weigher.topics(each.words), item.category)
        for item in items
        if item.shames and len(item.stretches) == 1
        for each in item.stretches
    ]
    matrix = _block([known for known, _ in told], 1 << weigher.TOPIC_BITS, plain=True)
    model = LogisticRegression(C=0.05, max_iter=200).fit(matrix, [category for _, category in told])
    unit = float(np.abs(model.coef_).max()) / 32767
    learned = dict(zip(model.classes_, np.round(model.coef_ / unit).astype(np.int16), strict=True))
    return {name: learned[name] for name in CATEGORIES if name in learned}
