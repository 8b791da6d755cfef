"""Logistic regression over the weigher's features, calibrated on writers that it hasn't seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from commentkit.shaming import stretches, weigher
from commentkit.shaming.model import CATEGORIES
from commentkit.shaming.reader import TOO_FEW
from training.data import ALSO, FOLDS, HARMLESS, Corpus, Item

STRENGTH = 20.0  # inverse of the regularisation
KINDS = ("likely", "possible", "cleared", "nothing")
HARD = 0.036  # share of harmless hard cases that may be flagged, at most; many are siblings of shaming ones
ORDINARY = 0.0062  # share of ordinary comments
MORE = 0.001  # share of harmless comments that sentences by themselves may flag beyond what stretches do
MIXTURES = 20_000
QUIETER = 1.0  # this far below doubt, rules aren't asked any more
RIGHT = 0.5  # a rule is doubted where less than this share of what it finds is right
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
    """All stretches of all items as one matrix, and mixtures of them to learn from.

    People put one harsh sentence beside kind ones. The mixtures teach that: sentences of two to four items, which
    shame if one of them does.
    """

    def __init__(self, items: Sequence[Item], seed: int) -> None:
        self.items = items
        self.owner = np.array([index for index, item in enumerate(items) for _ in item.stretches])
        self.matrix = _matrix([each.words for item in items for each in item.stretches])
        self.kinds = np.array([KINDS.index(kind) for item in items for kind in item.kinds])
        self.shames = np.array([item.shames for item in items])
        self.alone = np.array([len(item.stretches) == 1 for item in items])
        self.mixed, self.sources, self.mixed_shames = self._mix(np.random.default_rng(seed))

    def _mix(self, chance: np.random.Generator) -> tuple[csr_matrix, list[list[int]], np.ndarray]:
        short = [
            index
            for index, item in enumerate(self.items)
            if len(item.stretches) == 1 and len(item.stretches[0].sentences) == 1
        ]
        harsh = [index for index in short if self.items[index].shames]
        mild = [index for index in short if not self.items[index].shames]
        sources, shames = [], []
        for number in range(MIXTURES):
            shaming = number % 5 < 2
            count = int(chance.integers(1, 4)) + (not shaming)
            parts = [int(each) for each in chance.choice(mild, count)]
            if shaming:
                parts.append(int(chance.choice(harsh)))
            sources.append([int(each) for each in chance.permutation(parts)])
            shames.append(shaming)
        words = [
            [word for part in parts for word in self.items[part].stretches[0].words] for parts in sources
        ]
        return _matrix(words), sources, np.array(shames)

    def learn(self, chosen: np.ndarray) -> LogisticRegression:
        """Fit on the chosen items. Which stretch of a long one shames is guessed by a first fit."""
        rows = chosen[self.owner]
        mixed = np.array([bool(chosen[parts].all()) for parts in self.sources])
        certain = rows & (self.alone | ~self.shames)[self.owner]
        model = self._fit(certain, self.shames[self.owner], mixed)
        margins = model.decision_function(self.matrix)
        heaviest = margins >= _best(margins, self.owner, len(self.items))[self.owner] - 1e-9
        shaming = self.shames[self.owner] & (self.alone[self.owner] | heaviest)
        return self._fit(rows & (shaming | ~self.shames[self.owner]), shaming, mixed)

    def _fit(self, rows: np.ndarray, labels: np.ndarray, mixed: np.ndarray) -> LogisticRegression:
        matrix = vstack([self.matrix[rows], self.mixed[mixed]])
        known = np.concatenate([labels[rows], self.mixed_shames[mixed]])
        return LogisticRegression(C=STRENGTH, max_iter=200).fit(matrix, known)


class _Sentences:
    """The sentences of stretches that have several, each by itself."""

    def __init__(self, items: Sequence[Item]) -> None:
        found = [
            (index, words)
            for index, item in enumerate(items)
            for stretch in item.stretches
            if len(stretch.sentences) > 1
            for words in map(stretches.words, stretch.sentences)
            if len(words) > TOO_FEW
        ]
        self.owner = np.array([index for index, _ in found])
        self.matrix = _matrix([words for _, words in found])


def fit(corpus: Corpus, seed: int) -> Model:
    """Learn the weights, what a rule's finding adds, the thresholds and the categories."""
    everything, sentences = _Stretches(corpus.items, seed), _Sentences(corpus.items)
    writers = np.array([item.writer for item in corpus.items])
    unseen, by_itself = np.zeros(len(everything.owner)), np.zeros(len(sentences.owner))
    for fold in _folds(writers, seed):
        outside = ~np.isin(writers, fold)
        model = everything.learn(outside)
        rows = ~outside[everything.owner]
        unseen[rows] = model.decision_function(everything.matrix[rows])
        rows = ~outside[sentences.owner]
        by_itself[rows] = model.decision_function(sentences.matrix[rows])
    ordinary = np.array([writer.startswith(HARMLESS) for writer in writers])
    rough = np.array([writer.startswith(ALSO) for writer in writers])
    rules = _rules(everything, unseen, ordinary)
    doubt = _doubt(everything, unseen, ordinary)
    added = np.array([rules[kind] for kind in KINDS])[everything.kinds]
    believed = (everything.kinds == KINDS.index("likely")) & (unseen >= doubt)
    added = np.where(believed, 99.0, added)
    count = len(corpus.items)
    margins = _best(unseen + added, everything.owner, count)
    hardest = ~everything.shames & ~ordinary & ~rough
    likely = _bound(margins, hardest, ordinary)
    # A sentence out of its company may weigh as much only where that flags few harmless comments more.
    single = _best(by_itself, sentences.owner, count)
    calm = margins < likely
    alone = max(0.0, *(_top(single, calm & each, MORE) - likely for each in (hardest, ordinary)))
    margins = np.maximum(margins, single - alone)
    likely = _bound(margins, hardest, ordinary)
    hard, usual = margins[hardest], margins[ordinary]
    final = everything.learn(np.ones(count, dtype=bool))
    weights = final.coef_[0]
    categories = _categories(corpus.items)
    unit = float(np.abs(weights).max()) / 32767
    facts = {
        "unit": unit,
        "bias": float(final.intercept_[0]),
        "rules": rules,
        "alone": alone,
        "doubt": doubt,
        "quiet": doubt - QUIETER,
        "likely": likely,
        "possible": min(likely, _top(margins, ordinary, MARKED)),
        "categories": list(categories),
        "unseen_writers": {
            "found": float((margins[everything.shames] >= likely).mean()),
            "hard_cases_flagged": float((hard >= likely).mean()),
            "ordinary_flagged": float((usual >= likely).mean()),
        },
    }
    cut = 1 << weigher.WORD_BITS
    whole = np.round(weights / unit).astype(np.int16)
    return Model(whole[:cut], whole[cut:], categories, facts)


def _top(margins: np.ndarray, among: np.ndarray, share: float) -> float:
    """The margin that only this share of some items reaches."""
    return float(np.quantile(margins[among], 1 - share))


def _bound(margins: np.ndarray, hardest: np.ndarray, ordinary: np.ndarray) -> float:
    return max(_top(margins, hardest, HARD), _top(margins, ordinary, ORDINARY))


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
