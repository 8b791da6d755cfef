"""The lexicon is checked when it is loaded, and every pattern in it works."""

import re
from pathlib import Path

import pytest

from commentkit import Comments, SettingsError
from commentkit.language import _, speaking
from commentkit.shaming import covered, failures, packaged_weights, with_own
from commentkit.shaming.lexicon import Lexicon, build, packaged
from commentkit.shaming.model import CATEGORIES, Reading
from commentkit.shaming.notation import Notation, NotationError
from commentkit.shaming.reader import Reader
from commentkit.shaming.source import LexiconError
from tests.foreign import marked
from tests.site import make_settings


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


OWN = """
category = "gatekeeping"
[[rule]]
id = "ours.tourist"
reason = "Calls somebody a tourist in their own life."
patterns = ["{who} {_be} {neg?} {_fill*} tourist {end}"]
flag = ["You are just a tourist, go home."]
ok = ["He said I was a tourist.", "You are a tourist."]
"""


def own_file(folder: Path, text: str = OWN) -> Path:
    """A site's own file."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_of_a_sites_own_comes_before_ours_and_no_weighing_overrules_it(tmp_path: Path) -> None:
    text = "Thank you for the recipe, the soup was lovely, and you are a tourist, welcome to the bakery."
    reader = Reader(with_own([own_file(tmp_path)]), packaged_weights())
    (flag,) = reader.read(text).findings
    assert (flag.rule, flag.tier) == ("ours.tourist", "likely")
    assert flag.instead == packaged().about["gatekeeping"].instead


def test_any_rule_can_be_switched_off_by_its_id() -> None:
    text = "You're not really poly if you get jealous."
    (flag,) = Reader(packaged(), None).read(text).findings
    without = with_own((), [flag.rule])
    assert flag.rule not in {each.rule for each in Reader(without, None).read(text).findings}
    irony = "Bless, somebody gave the toddler a keyboard."
    assert Reader(with_own((), ["whole.condescension"]), packaged_weights()).read(irony).findings == ()
    with pytest.raises(LexiconError, match=r"no rule called nonsense"):
        with_own((), ["nonsense"])


def test_examples_that_fail_are_told_with_the_reason(tmp_path: Path) -> None:
    lexicon = with_own([own_file(tmp_path)])
    (rule,) = (rule for rule in lexicon.rules if rule.id == "ours.tourist")
    assert failures(lexicon, rule) == ["ours.tourist: found, but should be left alone: You are a tourist."]


def test_an_example_that_a_stronger_rule_is_told_for_counts_as_found(tmp_path: Path) -> None:
    text = OWN.replace('id = "ours', 'tier = "possible"\nid = "ours').replace(
        "tourist {end}", "(slut|prude) {end}"
    )
    text = text.replace("just a tourist, go home", "a slut").replace("tourist", "thing")
    lexicon = with_own([own_file(tmp_path, text)])
    (rule,) = (rule for rule in lexicon.rules if rule.id == "ours.thing")
    assert failures(lexicon, rule) == []
    assert covered(lexicon, rule) == [
        "ours.thing: found, but told by slut.noun, which is stronger: You are a slut."
    ]


@pytest.mark.parametrize(
    ("example", "says"),
    [
        ("You are a slut.", "not found by this rule, but by slut.noun"),
        ("You are early.", "not found"),
        ("He said I was a tourist.", "cleared as reported"),
    ],
)
def test_an_example_that_a_rule_does_not_find_is_told_with_what_happened(
    tmp_path: Path, example: str, says: str
) -> None:
    lexicon = with_own([own_file(tmp_path, OWN.replace("You are just a tourist, go home.", example))])
    (rule,) = (rule for rule in lexicon.rules if rule.id == "ours.tourist")
    assert f"ours.tourist: {says}: {example}" in failures(lexicon, rule)
    assert covered(lexicon, rule) == []


def test_all_examples_of_the_packaged_rules_are_read_as_they_should_be() -> None:
    assert [line for rule in packaged().rules for line in failures(packaged(), rule)] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            OWN.replace("tourist {end}", "tourist {nonsense}"),
            r"own\.toml:6: rule 'ours.tourist': unknown class",
        ),
        (OWN.replace("reason", "raeson"), r"own\.toml:3: rule 'ours.tourist': reason is missing"),
        (OWN + "colour = 3\n", r"own\.toml:9: rule 'ours.tourist': does not know colour"),
        (OWN + 'tier = "sure"\n', r"own\.toml:9: rule 'ours.tourist': tier 'sure'"),
        (OWN + "third = 4\n", r"own\.toml:9: rule 'ours.tourist': third 4"),
        (OWN.replace('flag = ["', 'flag = [3, "'), r"own\.toml:7: rule 'ours.tourist': flag must be"),
        (OWN + "[rule]\n", r"own\.toml"),
        ("rule = 3\n", r"own\.toml:1: write each rule below"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_at_start(tmp_path: Path, text: str, says: str) -> None:
    path = own_file(tmp_path, text)
    with pytest.raises(SettingsError, match=says):
        Comments(make_settings("sqlite:///unused.db", shaming_files=(str(path),)))


def test_a_file_that_is_not_there_is_told_at_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: No such file"):
        Comments(make_settings("sqlite:///unused.db", shaming_files=(str(tmp_path / "none.toml"),)))


def test_what_each_rule_tells_can_be_said_in_any_language(foreign: str) -> None:
    known = packaged()
    told = [(each.reason, each.instead) for each in known.rules]
    told += [(each.reason, each.instead) for each in known.about.values()]
    with speaking(foreign):
        for sentences in told:
            assert all(marked(_(each)) for each in sentences), sentences
