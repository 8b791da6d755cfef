"""The nouns of a reading: categories, stances, tiers, flags, and what was looked at."""

from dataclasses import dataclass

CATEGORIES: tuple[str, ...] = (
    "gatekeeping",
    "slut_shaming",
    "kink_shaming",
    "prude_shaming",
    "monogamy_shaming",
    "polyamory_shaming",
    "body_shaming",
    "mental_health_shaming",
    "emotion_policing",
    "condescension",
    "victim_blaming",
)

ASSERTED = "asserted"

# In the order in which they are asked: the first that fits clears the trigger.
CLEARING: tuple[str, ...] = (
    "quoted",
    "hypothetical",
    "reported",
    "countered",
    "asking_help",
    "first_person",
    "play",
    "reclaimed",
    "praise",
    "negated",
    "definition",
    "not_a_person",
)

STANCES: tuple[str, ...] = (ASSERTED, *CLEARING)

SAID = {
    ASSERTED: "as the writer's own opinion",
    "quoted": "as somebody else's words, in quotation marks",
    "hypothetical": "as something only supposed",
    "reported": "as told of somebody else",
    "countered": "as answered back",
    "asking_help": "as a question for help",
    "first_person": "as said of oneself",
    "play": "as play between consenting people",
    "reclaimed": "as a word that is claimed with pride",
    "praise": "as praise",
    "negated": "as denied",
    "definition": "as an explanation of a term",
    "not_a_person": "as said of a thing",
}
"""How a stance is told: "it reads …"."""

LIKELY = "likely"
POSSIBLE = "possible"
TIERS: tuple[str, ...] = (LIKELY, POSSIBLE)


@dataclass(frozen=True, slots=True)
class Look:
    """Something that was looked at before words were taken for shaming, or cleared.

    Attributes:
        words: as they stand in the text; empty where the grammar itself told.
        rule: the id of the stance rule, or of what else was asked.
        stance: what it tells, if it counts.
        counts: whether it decided.
        why: a sentence without its subject.
    """

    words: str
    rule: str
    stance: str
    counts: bool
    why: str

    def said(self) -> str:
        """The look as a sentence."""
        return f"“{self.words}” {self.why}" if self.words else f"It {self.why}"


@dataclass(frozen=True, slots=True)
class Flag:
    """Words that may shame somebody: where they stand, what they do, in which stance, and how that was found.

    Attributes:
        start, end: half-open span in code points of the text as it was given.
        instead: how it might be said.
        looked: what was looked at, and why it did or did not clear.
    """

    start: int
    end: int
    category: str
    rule: str
    reason: str
    stance: str
    tier: str
    instead: str = ""
    looked: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands, and what was found but cleared by the stance of its clause."""

    findings: tuple[Flag, ...] = ()
    cleared: tuple[Flag, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether anything stands that most moderators would want to see."""
        return any(flag.tier == LIKELY for flag in self.findings)
