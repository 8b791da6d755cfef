"""Writes the weights, and beside them what they were made of."""

import hashlib
import json
import platform
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from training.fit import Model


def write(model: Model, folder: Path, files: Sequence[Path], credits: Sequence[str], seed: int) -> None:
    """Write `weights.bin` and `weights.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = [model.words, model.spellings, *model.categories.values()]
    raw = np.concatenate(arrays).astype("<i2").tobytes()
    (folder / "weights.bin").write_bytes(zlib.compress(raw, 9))
    facts = {
        **model.facts,
        "seed": seed,
        "made_with": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
        },
        "made_of": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "credits": list(credits),
    }
    (folder / "weights.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
