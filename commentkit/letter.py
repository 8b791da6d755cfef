"""The nouns of mail: an address that asked for it, the comments it gave, and one mail before it has words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commentkit.language import ENGLISH
from commentkit.model import Comment, Thread


@dataclass(frozen=True)
class Mailbox:
    """An e-mail address that was given with a comment, for mails or to be known again. Who holds it can confirm it.

    Attributes:
        mark: a keyed hash, to know the address again; the address itself is `sealed`.
        once: random; the secrets of its links are made from it.
        daily: one mail a day rather than one for each answer.
        asked_at: when it was last sent the mail to confirm by.
        confirmed_at: since when it is sent anything else.
    """

    id: int
    mark: str
    sealed: str
    once: str
    daily: bool
    asked_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True)
class Tongue:
    """The language that somebody was spoken to in.

    Attributes:
        prefix: what stands before every path, such as `/~de`, where the address had chosen it; else ''.
    """

    language: str = ENGLISH
    prefix: str = ""


@dataclass(frozen=True)
class Told:
    """One answer in a mail.

    Attributes:
        own: the comment that was answered.
        stop: the secret of the link that ends mails about that comment.
    """

    thread: Thread
    own: Comment
    answer: Comment
    stop: str


@dataclass(frozen=True)
class Private:
    """One's own comment, with the secret of its private link."""

    thread: Thread
    comment: Comment
    receipt: str


@dataclass(frozen=True)
class Confirm:
    """What a mail to confirm an address is about.

    Attributes:
        answers: it is to be told about answers.
        known: its holder wants to be known again.
    """

    answers: bool
    known: bool


@dataclass(frozen=True)
class Letter:
    """One mail, before it has words: about exactly one of `confirm`, `answers` and `own`.

    Attributes:
        name: the same for the same mail, sent again.
        secret: of the link to confirm, or to end every mail to this address.
    """

    to: str
    name: str
    at: datetime
    secret: str
    tongue: Tongue
    confirm: Confirm | None = None
    answers: Sequence[Told] = ()
    own: Sequence[Private] = ()
