"""The nouns of a reading: categories, stances, tiers, flags."""

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

LIKELY = "likely"
POSSIBLE = "possible"
TIERS: tuple[str, ...] = (LIKELY, POSSIBLE)


@dataclass(frozen=True, slots=True)
class Flag:
    """Words that may shame somebody: where they stand, what they do, in which stance."""

    start: int
    end: int
    category: str
    rule: str
    reason: str
    stance: str
    tier: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands, and what was found but cleared by the stance of its clause."""

    findings: tuple[Flag, ...] = ()
    cleared: tuple[Flag, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether anything stands that most moderators would want to see."""
        return any(flag.tier == LIKELY for flag in self.findings)
