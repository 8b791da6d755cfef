"""What findings make of a comment, and the one table of moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentkit import policy
from commentkit.checks.shaming import Shaming
from commentkit.model import Finding, Judged, Move, Publishing, Reason, Status, Submission, Visitor, Weight
from tests.test_tree import START

# The table once more, by hand: a move that isn't here must be refused.
ALLOWED = {
    Status.PENDING: {Move.PUBLISH: Status.PUBLISHED, Move.HIDE: Status.HIDDEN, Move.SPAM: Status.SPAM},
    Status.PUBLISHED: {Move.HIDE: Status.HIDDEN, Move.SPAM: Status.SPAM},
    Status.HIDDEN: {Move.PUBLISH: Status.PUBLISHED, Move.SPAM: Status.SPAM},
    Status.SPAM: {Move.NOT_SPAM: Status.PUBLISHED},
    Status.WITHDRAWN: {},
    Status.ERASED: {},
}

WORDS = Finding("shaming", "gatekeeping", "It puts somebody down.", Weight.HOLD, start=0, end=4)
SPAM = Finding("akismet", "spam", "It is spam.", Weight.SPAM)
HAM = Finding("akismet", "ham", "It is no spam.")
UNKNOWN = Finding("akismet", policy.COULD_NOT_CHECK, "No answer.", Weight.HOLD)
OWN = Finding("house-rules", "ask-a-person", "It names a street.", Weight.HOLD)


def points(number: int) -> Finding:
    return Finding("traps", "links", "There are many links.", points=number)


def judge(*findings: Finding, publishing: Publishing = Publishing.PUBLISH, by_guest: bool = False) -> Judged:
    return policy.decide(findings, publishing, by_guest=by_guest, hold_points=5)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", Move)
def test_every_move_leads_where_the_table_says_or_nowhere(status: Status, move: Move) -> None:
    assert policy.after(status, move) is ALLOWED[status].get(move)
    assert (move in policy.moves(status)) is (move in ALLOWED[status])


def test_nobody_moves_a_comment_back_to_waiting_or_to_erased() -> None:
    assert {Status.PENDING, Status.ERASED}.isdisjoint(policy.MOVES.values())


def test_the_table_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        policy.MOVES[(Status.ERASED, Move.PUBLISH)] = Status.PUBLISHED  # type: ignore[index]  # tried on purpose


@pytest.mark.parametrize(
    ("findings", "judged"),
    [
        ([], Judged(Status.PUBLISHED, Reason.NONE)),
        ([HAM], Judged(Status.PUBLISHED, Reason.NONE)),
        ([SPAM], Judged(Status.SPAM, Reason.SPAM_CHECK)),
        ([WORDS], Judged(Status.PENDING, Reason.WORDS)),
        ([WORDS, SPAM], Judged(Status.SPAM, Reason.SPAM_CHECK)),
        ([UNKNOWN], Judged(Status.PENDING, Reason.CHECK_LATE)),
        ([UNKNOWN, WORDS], Judged(Status.PENDING, Reason.WORDS)),
        ([UNKNOWN, SPAM], Judged(Status.SPAM, Reason.SPAM_CHECK)),
        ([points(4)], Judged(Status.PUBLISHED, Reason.NONE)),
        ([points(5)], Judged(Status.PENDING, Reason.EVIDENCE)),
        ([points(3), points(2)], Judged(Status.PENDING, Reason.EVIDENCE)),
        ([points(100)], Judged(Status.PENDING, Reason.EVIDENCE)),
        ([OWN], Judged(Status.PENDING, Reason.PERSON_DECIDES)),
        ([OWN, UNKNOWN], Judged(Status.PENDING, Reason.PERSON_DECIDES)),
        ([OWN, WORDS], Judged(Status.PENDING, Reason.WORDS)),
    ],
)
def test_the_heaviest_finding_counts(findings: list[Finding], judged: Judged) -> None:
    assert judge(*findings) == judged
    assert judge(*reversed(findings)) == judged


def test_only_marked_words_are_called_words() -> None:
    assert judge(OWN).reason is not Reason.WORDS


@pytest.mark.parametrize(
    ("publishing", "reason"),
    [(Publishing.HOLD_FIRST, Reason.FIRST_WAITS), (Publishing.HOLD_ALL, Reason.EVERYONE_WAITS)],
)
def test_a_site_can_let_everyone_wait_but_not_its_guest(publishing: Publishing, reason: Reason) -> None:
    assert judge(publishing=publishing) == Judged(Status.PENDING, reason)
    assert judge(publishing=publishing, by_guest=True) == Judged(Status.PUBLISHED, Reason.NONE)


@pytest.mark.parametrize("finding", [WORDS, UNKNOWN, SPAM, points(5)])
def test_the_checks_are_meant_for_the_guest_too(finding: Finding) -> None:
    assert judge(finding, by_guest=True).status is not Status.PUBLISHED


def test_checks_without_a_verdict_are_named() -> None:
    assert policy.unfinished([HAM, UNKNOWN, WORDS]) == ("akismet",)


findings = st.builds(
    Finding,
    check=st.sampled_from(["akismet", "traps", "shaming", "own"]),
    code=st.sampled_from(["spam", "ham", "links", policy.COULD_NOT_CHECK]),
    reason=st.just("…"),
    weight=st.sampled_from(Weight),
    points=st.integers(0, 6),
    start=st.none() | st.just(0),
    end=st.none() | st.just(1),
)


@given(st.lists(findings, max_size=6), st.sampled_from(Publishing), st.booleans())
def test_a_comment_is_published_only_when_nothing_asks_for_a_hold(
    some: list[Finding], publishing: Publishing, by_guest: bool
) -> None:
    judged = judge(*some, publishing=publishing, by_guest=by_guest)
    heaviest = max((finding.weight for finding in some), default=Weight.NOTE)
    assert (judged.status is Status.SPAM) is (heaviest is Weight.SPAM)
    if judged.status is Status.PUBLISHED:
        assert heaviest is Weight.NOTE
        assert sum(finding.points for finding in some) < 5
        assert by_guest or publishing is Publishing.PUBLISH
    assert judged.status in {Status.PUBLISHED, Status.PENDING, Status.SPAM}
    assert (judged.reason is Reason.NONE) is (judged.status is Status.PUBLISHED)


PHRASES = (
    "you're not really poly",
    "if you get jealous",
    "sluts like you",
    "just grow up",
    "you people are disgusting",
    "I was so afraid",
    "buy now",
    "nobody forced you to dress like that",
    "\n",
    ". ",
    " and ",
    '"',
    "> ",
)


@given(st.lists(st.sampled_from(PHRASES) | st.text(max_size=20), max_size=12).map(" ".join))
async def test_no_text_whatever_becomes_spam_by_its_words(body: str) -> None:
    submission = Submission(
        "id", "/", "", "", "", body, "", START, is_reply=False, by_guest=False, visitor=Visitor(None)
    )
    found = await Shaming().examine(submission)
    assert all(finding.weight < Weight.SPAM and finding.points == 0 for finding in found)
    assert judge(*found).status in {Status.PUBLISHED, Status.PENDING}
