"""`python -m training LABELLED.jsonl … --harmless FILE --out FOLDER`: fit, calibrate, write.

Labelled files have a JSON object a line with `id text label category writer`; harmless ones an ordinary comment a line.
"""

import argparse
import json
from pathlib import Path

from training import data, fit, store


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m training")
    parser.add_argument(
        "labelled", nargs="+", type=Path, help="JSON lines with text, label, category, writer"
    )
    parser.add_argument(
        "--harmless", type=Path, action="append", default=[], help="ordinary comments, one a line"
    )
    parser.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        help="more texts taken for harmless, one a line; no bound is set by them",
    )
    parser.add_argument("--credit", action="append", default=[], help="a line about where the data come from")
    parser.add_argument("--out", type=Path, required=True, help="the folder that the weights are written to")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    corpus = data.load(given.labelled, given.harmless, given.also)
    print(f"{len(corpus.items)} items, {sum(item.shames for item in corpus.items)} of them shame")
    model = fit.fit(corpus, given.seed)
    print(json.dumps(model.facts, indent=1))
    store.write(model, given.out, [*given.labelled, *given.harmless, *given.also], given.credit, given.seed)


if __name__ == "__main__":
    main()
