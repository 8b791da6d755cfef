"""Reads whether a comment shames somebody, and in which stance it says what it says."""

from commentkit.shaming.model import CATEGORIES, STANCES, Flag, Reading
from commentkit.shaming.reader import read

__all__ = ["CATEGORIES", "STANCES", "Flag", "Reading", "read"]
