"""The lexicon is checked when it is loaded, and every pattern in it works."""

import re

import pytest

from commentkit.shaming.lexicon import Lexicon, build, packaged
from commentkit.shaming.model import CATEGORIES, Reading
from commentkit.shaming.notation import Notation, NotationError
from commentkit.shaming.reader import Reader
from commentkit.shaming.source import LexiconError


def read_with(chosen: Lexicon, text: str) -> Reading:
    """A reading by rules alone."""
    return Reader(chosen, None).read(text)


CLASSES = """
[classes]
who = ["you", "i"]
end = [",", "$"]
dessert = ["pudding", "trifle", "{cake}"]
cake = ["sponge", "upside-down cake"]
[frames]
noun = ["{who} are a {N} {end}"]
"""

RULE = """
category = "condescension"
[[rule]]
id = "d.dessert"
reason = "Calls somebody a dessert."
frames = ["noun"]
N = "{dessert}"
"""


def lexicon(rule: str = RULE, classes: str = CLASSES) -> Lexicon:
    return build({"classes.toml": classes, "rule.toml": rule})


def test_a_rule_of_ones_own_is_read() -> None:
    (flag,) = read_with(lexicon(), "Well, you are a trifle, dear.").findings
    assert (flag.rule, flag.reason) == ("d.dessert", "Calls somebody a dessert.")
    assert read_with(lexicon(), "You are an upside-down cake").findings == ()
    assert read_with(lexicon(), "You are a upside-down cake").flagged


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (RULE.replace("condescension", "rudeness"), "rule.toml:2: category 'rudeness'"),
        (RULE.replace("{dessert}", "{starter}"), r"rule.toml:N: rule 'd.dessert': unknown class {starter}"),
        (RULE.replace('["noun"]', '["verb"]'), "rule.toml:N: rule 'd.dessert': no frame is called 'verb'"),
        (RULE + 'tier = "sure"', "rule.toml:N: rule 'd.dessert': tier 'sure'"),
        (RULE + "colour = 3", "rule.toml:N: rule 'd.dessert': does not know colour"),
        (RULE.replace("reason", "third"), "rule.toml:N: rule 'd.dessert': reason is missing"),
        (RULE + 'patterns = ["you (are"]', "rule.toml:N: rule 'd.dessert': unclosed bracket"),
        (RULE + 'patterns = ["you are)"]', "rule.toml:N: rule 'd.dessert': stray bracket"),
        (RULE + 'patterns = ["you?"]', "rule.toml:N: rule 'd.dessert': could match nothing"),
        (RULE + 'patterns = ["{who} and {who}"]', "rule.toml:N: rule 'd.dessert': {who} stands twice"),
        (
            RULE + 'patterns = ["you (a ..)* b"]',
            "rule.toml:N: rule 'd.dessert': a repetition inside a repetition",
        ),
        (RULE + 'patterns = ["you & me"]', "rule.toml:N: rule 'd.dessert': cannot read"),
        ("category = ", "rule.toml: "),
    ],
)
def test_a_broken_rule_is_named_with_its_file(broken: str, says: str) -> None:
    with pytest.raises(LexiconError, match="^" + re.escape(says).replace("N", r"\d+")):
        lexicon(broken)


def test_a_class_may_not_contain_itself() -> None:
    with pytest.raises(NotationError, match="contains itself"):
        Notation({"a": ["{b}"], "b": ["{a}"]}).compile("{a}")


def test_an_id_may_not_be_used_twice() -> None:
    with pytest.raises(LexiconError, match=r"d\.dessert"):
        lexicon(RULE + RULE.partition("\n")[2].replace('category = "condescension"', ""))


def test_every_packaged_pattern_compiles_and_gives_a_reason() -> None:
    loaded = packaged()
    for rule in loaded.rules:
        assert rule.category in CATEGORIES
        assert rule.reason.endswith(".")
        assert all(pattern.regex.pattern for pattern in rule.patterns)
    for stance in loaded.stances:
        assert all(pattern.regex.pattern for pattern in stance.patterns)
    assert {rule.category for rule in loaded.rules} == set(CATEGORIES)
