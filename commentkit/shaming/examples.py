"""Examples that rules carry: what each must find, and must leave alone."""

from commentkit.shaming import stretches
from commentkit.shaming.lexicon import Lexicon, Rule
from commentkit.shaming.model import ASSERTED, Flag
from commentkit.shaming.reader import Reader


def failures(lexicon: Lexicon, rule: Rule) -> list[str]:
    """A line for each example of a rule that isn't read as it should be."""
    reader = Reader(lexicon, None)
    lines = []
    for text in rule.flag:
        told = reader.read(text).findings
        if any(flag.rule == rule.id for flag in told) or _stronger(reader, rule, text):
            continue
        why = "not found"
        if told:
            why = f"not found by this rule, but by {told[0].rule}"
        if matched := _matched(reader, rule, text):
            why = f"cleared as {matched[0].stance}"
        lines.append(f"{rule.id}: {why}: {text}")
    for text in rule.ok:
        if any(flag.rule == rule.id for flag in reader.read(text).findings):
            lines.append(f"{rule.id}: found, but should be left alone: {text}")
    return lines


def covered(lexicon: Lexicon, rule: Rule) -> list[str]:
    """A line for each example that a rule finds, but where a stronger one tells of the same words."""
    reader = Reader(lexicon, None)
    return [
        f"{rule.id}: found, but told by {flag.rule}, which is stronger: {text}"
        for text in rule.flag
        if (flag := _stronger(reader, rule, text))
    ]


def _matched(reader: Reader, rule: Rule, text: str) -> list[Flag]:
    """All that a rule finds, standing or cleared, whatever others find there."""
    said = reader.cut(text).own
    own = [flag for each in stretches.of(said) for flag in reader.flags(text, each)]
    return [flag for flag in (*own, *reader.read(text, thorough=True).cleared) if flag.rule == rule.id]


def _stronger(reader: Reader, rule: Rule, text: str) -> Flag | None:
    """What is told in place of a rule that finds the same words; None where it is told itself, or finds nothing."""
    told = reader.read(text).findings
    standing = [flag for flag in _matched(reader, rule, text) if flag.stance == ASSERTED]
    if not standing or any(flag.rule == rule.id for flag in told):
        return None
    return next(
        (flag for flag in told if any(flag.start < own.end and own.start < flag.end for own in standing)),
        None,
    )
