"""A language in which every sentence of ours is known and can be told from English: «the English one».

What reaches a reader without these marks isn't in the catalogues, or never passed them.
"""

import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOREIGN = "eo"


def marked(said: object) -> bool:
    """Whether a sentence, whole, came from the catalogue."""
    text = str(said)
    return text.startswith("«") and text.endswith("»")


def write_catalogue(folder: Path) -> Path:
    """Take everything that is said to readers from code, lexicon and templates, as `tools/words` does."""
    template, catalogue = folder / "all.pot", folder / f"{FOREIGN}.po"
    keywords = "N_ plural:1,2 plurals:1,2"
    given = ["--mapping", str(ROOT / "pyproject.toml"), "--keywords", keywords, "--output", str(template)]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", *given, str(ROOT)], check=True
    )
    with template.open("rb") as file:
        found = read_po(file, locale=FOREIGN)
    said = Catalog(locale=FOREIGN)
    for message in found:
        if isinstance(message.id, str) and message.id:
            said.add(message.id, f"«{message.id}»")
        elif message.id:
            said.add(message.id, tuple(f"«{each}»" for each in message.id))
    with catalogue.open("wb") as file:
        write_po(file, said)
    return catalogue
