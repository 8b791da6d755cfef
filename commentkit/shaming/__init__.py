"""Reads whether a comment shames somebody, and in which stance it says what it says."""

from commentkit.shaming.examples import covered, failures
from commentkit.shaming.lexicon import WHOLE, Lexicon, with_own
from commentkit.shaming.model import CATEGORIES, LIKELY, STANCES, Flag, Look, Reading
from commentkit.shaming.reader import Reader, read
from commentkit.shaming.reader import packaged as packaged_reader
from commentkit.shaming.source import LexiconError
from commentkit.shaming.weigher import packaged as packaged_weights

__all__ = [
    "CATEGORIES",
    "LIKELY",
    "STANCES",
    "WHOLE",
    "Flag",
    "Lexicon",
    "LexiconError",
    "Look",
    "Reader",
    "Reading",
    "covered",
    "failures",
    "packaged_reader",
    "packaged_weights",
    "read",
    "with_own",
]
