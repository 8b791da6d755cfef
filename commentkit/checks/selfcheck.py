"""Points out to writers what in their own text tells who or where they are. It asks nobody and holds nothing back.

Better to miss some than to cry wolf: a number is a phone number only where its shape or the words before it say so,
and a name is a whole name only where somebody introduces themselves or signs with it. Quoted lines are somebody
else's, and addresses of web pages are no numbers. Every pattern's repetitions are bounded, so that the time grows with
the text alone.
"""

import re
from collections.abc import Iterator, Sequence

from commentkit.advice import Advice
from commentkit.language import N_
from commentkit.model import Finding, Submission

CATEGORY = "personal"
_SHOWN = 8  # a writer has seen enough by then

_INSTEAD = {
    "personal.phone": N_("You may want to leave the number out."),
    "personal.email": N_(
        "You may want to leave it out here. The form has a field for your e-mail address, which is not published."
    ),
    "personal.address": N_("You may want to leave out where exactly that is."),
    "personal.name": N_("You may want to leave out the family name, or use a pseudonym."),
}
_REASON = {
    "personal.phone": N_(
        "This looks like a phone number. Everybody can read it here, for years, and programs collect it."
    ),
    "personal.email": N_(
        "This looks like an e-mail address. Everybody can read it here, for years, and programs collect it."
    ),
    "personal.address": N_(
        "This looks like a street address. Everybody can read it here, for years, and programs collect it."
    ),
    "personal.name": N_(
        "This looks like somebody's whole name. Everybody can read it here, for years, and programs collect it."
    ),
}

# Nobody's own words, or nothing that is read as words: quoted lines, and addresses of web pages.
_NOT_OWN = re.compile(r"^[ \t]{0,3}>[^\n]*|\b(?:https?://|www\.)\S+", re.MULTILINE | re.IGNORECASE)

_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}(?![\w@-])",
)

_GAP = r"[ ()./\u00a0\u2011-]{0,2}"
_PHONES = (
    re.compile(rf"(?<![\w+.,/-])(?:\+|00)[1-9](?:{_GAP}\d){{7,13}}(?!\d)"),  # international
    re.compile(
        r"(?<![\w+.,/-])(?:\(0\d{2,4}\)|0\d{2,4})[ /-]{1,2}\d(?:[ -]?\d){5,7}(?![\w:.,/-]?\d)"
    ),  # 0171 123…
    re.compile(r"(?<![\w+.,/-])0[1-9](?:[ .]\d{2}){4}(?![\w:.,/-]?\d)"),  # 06 12 34 56 78
    re.compile(
        r"(?<![\w+.,/-])(?:\(\d{3}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}(?![\w:.,/-]?\d)"
    ),  # 555-123-4567
)
_CALL = re.compile(
    r"\b(?:call|phone|text|ring|tel|telephone|mobile|cell|whatsapp|sms|telefon|handy|handynummer|tél|téléphone|"
    r"teléfono|móvil|my number)\b[^\d\n.!?]{0,20}"
    rf"(?P<number>\d(?:{_GAP}\d){{6,13}})(?![\w:]?\d)",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"(?:\b(?:order|invoice|isbn|issn|ticket|case|account|iban|ref|reference|id|number|no|nr|version|tracking|doi|"
    r"bestellung|rechnung|commande|pedido)\b[\s.:#°]{0,3}|[#№$€£¥])\s?$",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\s?(?:[%$€£¥]|\b(?:euros?|dollars?|pounds?|eur|usd|gbp|chf|kr|km|views|words)\b)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d{2} ?[./-] ?(?:19|20)\d{2})"
)

_WORD = r"[^\W\d_][\w'’-]{0,29}"
_ADDRESSES = (
    re.compile(
        rf"(?<![\w$€£#.,:/-])(?P<number>\d{{1,5}})[a-z]?,?[ ]{{1,2}}(?P<street>(?:{_WORD}[ ]){{1,3}}?)"
        r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Court|Crescent|Terrace)\b\.?"
    ),
    re.compile(
        rf"(?<![\w-])(?P<street>[A-ZÄÖÜ][a-zäöüß-]{{2,30}}(?:straße|strasse|str\.|gasse|allee)|"
        rf"{_WORD}[ -](?:Straße|Strasse|Str\.|Gasse|Allee))[ ]\d{{1,4}}[a-z]?\b"
    ),
    re.compile(
        rf"(?<![\w$€£#.,:/-])\d{{1,4}}(?: ?bis| ?ter)?,?[ ](?:rue|avenue|boulevard|chemin|impasse|allée)[ ]"
        rf"(?P<street>(?:(?:de la|de l'|de|du|des)[ ])?{_WORD})"
    ),
    re.compile(
        rf"\b(?:Calle|calle|Avenida|avenida|Avda\.|Paseo)[ ](?P<street>(?:{_WORD}[ ]){{0,3}}{_WORD}),?[ ]"
        r"(?:n[º°o]\.?[ ]?)?\d{1,4}\b"
    ),
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_BEFORE_AN_ADDRESS = re.compile(r"\b(?:at|address|live|lives|living)\b[\s:]{0,3}(?:is\s)?$", re.IGNORECASE)

_NAMES = re.compile(rf"{_WORD}(?:[ ](?:[^\W\d_]\.|{_WORD})){{1,4}}")
_PARTICLES = frozenset(
    ["van", "von", "vom", "zu", "zur", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "el",
     "al", "bin", "ben", "ten", "ter", "y", "e"]
)  # fmt: skip
_INTRODUCED = re.compile(
    r"\b(?:my (?:full |real |legal )?name(?:['’]s| is)|mein (?:voller )?name ist|ich hei(?:ß|ss)e|"
    r"je m['’]appelle|mon nom est|me llamo|mi nombre es)[ ]{1,2}(?:is )?",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\b(?:I['’]m|I am|This is|Ich bin|Je suis|Soy)[ ]{1,2}")
_AFTER_A_NAME = re.compile(r"[ ]?(?:$|[\n.,;:!?)(–—]|- |and\b|und\b|et\b|y\b|from\b)")
# What people say they are with two capitals: faiths, peoples, places, sides.
_NO_NAMES = re.compile(
    r"(?:new|north|south|east|west|northern|southern|eastern|western|latin|native|roman|team|type|gen|generation|mr|mrs|"
    r"ms|dr|god|jesus|black|white|asian|african|middle|old|young|good|very|not|so|the|a|an|in|on|at|your|my|our|his|"
    r"her|their|i|we|you|just|also|only|still|poly|polyamorous|monogamous|bi|bisexual|gay|queer|trans|non)"
    r"|.*(?:an|ish|ese|ic|ics|ist|ish|ous|al|day|ing|ed)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:all the |all |with |much |kind |warm |best )?(?:best|regards|wishes|love|thanks|hugs|cheers|yours|"
    r"sincerely|yours sincerely|yours truly|take care)|(?:liebe|viele|herzliche) grüße|lg|mfg|cordialement|bises|"
    r"amitiés|saludos|un abrazo|abrazos)[,.!]?",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[ \t]*(?P<dash>[-–—~]{1,2}[ \t]?)?(?P<name>[^\n]{3,60}?)[ \t.,!]*")


class SelfCheck:
    """Tells writers of a phone number, an e-mail address, a street address or a whole name in their text."""

    name = "self-check"

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Nothing: what people tell of themselves is theirs to decide, and nobody else's to know of."""
        return ()

    def advise(self, body: str) -> Sequence[Advice]:
        """What its writer may want to leave out."""
        own = _NOT_OWN.sub(lambda found: "_" * len(found[0]), body)
        found: list[Advice] = []
        taken: list[tuple[int, int]] = []
        for code, look in _LOOKS:
            for start, end in look(own):
                if any(start < other_end and other_start < end for other_start, other_end in taken):
                    continue
                taken.append((start, end))
                found.append(Advice(code, _REASON[code], _INSTEAD[code], start, end, CATEGORY))
                if len(found) == _SHOWN:
                    return found
        return found


def _emails(text: str) -> Iterator[tuple[int, int]]:
    for found in _EMAIL.finditer(text):
        yield found.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for number, pattern in enumerate(_PHONES):
        for found in pattern.finditer(text):
            if (number == 0 and found[0].startswith("+")) or _is_phone(text, *found.span()):
                yield found.span()
    for found in _CALL.finditer(text):
        start, end = found.span("number")
        if not _PRICE.match(text, end) and not _DATE.match(text, start):
            yield start, end


def _is_phone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 24) : start]
    return not (_NO_PHONE.search(before) or _PRICE.match(text, end) or _DATE.fullmatch(text, start, end))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _ADDRESSES:
        for found in pattern.finditer(text):
            words = [word for word in found["street"].split() if word not in {"de", "la", "du", "des", "l'"}]
            if not words or not all(word[0].isupper() for word in words):
                continue
            number = found.groupdict().get("number")
            before = text[max(0, found.start() - 16) : found.start()]
            if number and _YEAR.fullmatch(number) and not _BEFORE_AN_ADDRESS.search(before):
                continue  # "In 1969 Abbey Road came out."
            yield found.span()


def _names(text: str) -> Iterator[tuple[int, int]]:
    for found in _INTRODUCED.finditer(text):
        if span := _whole_name(text, found.end()):
            yield span
    for found in _I_AM.finditer(text):
        span = _whole_name(text, found.end())
        if span is None or not _AFTER_A_NAME.match(text, span[1]):
            continue
        if not any(_NO_NAMES.fullmatch(word) for word in text[slice(*span)].split()):
            yield span
    if span := _signature(text):
        yield span


def _whole_name(text: str, start: int) -> tuple[int, int] | None:
    """A first and a family name that begin here: capitals, with initials and small words between."""
    found = _NAMES.match(text, start)
    if found is None:
        return None
    end, capitals = start, 0
    for word in re.finditer(r"\S+", found[0]):
        if word[0][0].isupper():
            if not word[0].endswith("."):
                end, capitals = start + word.end(), capitals + 1
        elif not capitals or word[0].lower() not in _PARTICLES:
            break
    return (start, end) if capitals >= 2 else None


def _signature(text: str) -> tuple[int, int] | None:
    """The last line, where it is a whole name after a dash or a greeting. Below a quotation it is its author's."""
    body = text.rstrip()
    begins = body.rfind("\n") + 1
    above = body[:begins].rstrip().rpartition("\n")[2].strip()
    found = _SIGNED.fullmatch(body, begins)
    if found is None or not above or above.startswith("_") or above[-1] in "\"”“»’'*_":
        return None
    if not found["dash"] and not _CLOSING.fullmatch(above):
        return None
    span = _whole_name(body, found.start("name"))
    return span if span and span[1] == found.end("name") else None


_LOOKS = (
    ("personal.email", _emails),
    ("personal.phone", _phones),
    ("personal.address", _addresses),
    ("personal.name", _names),
)
