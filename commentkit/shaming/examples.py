"""Examples that rules carry: what each must find, and must leave alone."""

from commentkit.shaming.lexicon import Lexicon, Rule
from commentkit.shaming.reader import Reader


def failures(lexicon: Lexicon, rule: Rule) -> list[str]:
    """A line for each example of a rule that isn't read as it should be."""
    reader = Reader(lexicon, None)
    lines = []
    for text in rule.flag:
        if not any(flag.rule == rule.id for flag in reader.read(text).findings):
            cleared = [flag.stance for flag in reader.read(text).cleared if flag.rule == rule.id]
            why = f"cleared as {cleared[0]}" if cleared else "not found"
            lines.append(f"{rule.id}: {why}: {text}")
    for text in rule.ok:
        if any(flag.rule == rule.id for flag in reader.read(text).findings):
            lines.append(f"{rule.id}: found, but should be left alone: {text}")
    return lines
