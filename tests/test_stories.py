"""What people do, told from outside, one story a behaviour."""

from commentkit.testing import AkismetStandIn
from tests.site import POST, Site, make_settings


def test_a_reader_posts_and_the_thread_shows_it(site: Site) -> None:
    receipt = site.post("I was *so* afraid, too.", name="Wren")
    assert "Your comment is published" in receipt.text
    page = site.read()
    assert "I was <em>so</em> afraid, too." in page
    assert "Wren" in page
    assert "One comment" in page


def test_a_comment_without_a_name_is_anonymous(site: Site) -> None:
    site.post("No name today.")
    assert '<bdi lang="">Anonymous</bdi>' in site.read()


def test_shaming_waits_with_its_words_marked_and_a_moderator_decides(site: Site) -> None:
    receipt = site.post("You're not really poly if you get jealous", name="Pat")
    assert "Your comment is waiting" in receipt.text
    assert "putting somebody down" in receipt.text
    assert "not really poly" not in site.read()
    site.sign_in()
    desk = site.read("/comments/desk")
    assert "<mark>You&#39;re not really poly if you get jealous</mark>" in desk
    [waiting] = site.ids("waiting")
    assert site.move(waiting, "publish").status_code == 303
    assert "not really poly" in site.read()


def test_what_akismet_calls_spam_lands_in_spam_and_can_be_put_right(
    checked_site: Site, akismet: AkismetStandIn
) -> None:
    receipt = checked_site.post("Lovely post, buy now", name="akismet-guaranteed-spam")
    assert "spam filter" in receipt.text
    [spam] = checked_site.ids("spam")
    checked_site.sign_in()
    assert checked_site.move(spam, "not-spam").status_code == 303
    assert "Lovely post" in checked_site.read()
    checked_site.work()
    [told] = akismet.calls("submit-ham")
    [asked] = akismet.calls("comment-check")
    assert told == asked


def test_the_badge_comes_from_the_guests_link_alone(site: Site) -> None:
    site.post("Thank you, Robin.", name="Wren")
    [wren] = site.ids()
    site.post("I am the guest, honest.", name="Robin Vale (truly)")
    assert "ck-badge" not in site.read().partition("<form")[0]
    site.enter_as_guest()
    site.reply(wren, "Thank you for reading.", name="Somebody Else")
    page = site.read().partition("<form")[0]
    assert page.count("ck-badge") == 1
    assert "Somebody Else" not in page


def test_a_form_sent_twice_is_one_comment(site: Site) -> None:
    fields = {**site.form(), "body": "Only once."}
    first, second = site.send(fields), site.send(fields)
    assert first.headers["location"] == second.headers["location"]
    assert len(site.ids()) == 1


def test_the_same_form_with_another_text_is_a_conflict_that_loses_nothing(site: Site) -> None:
    fields = {**site.form(), "body": "The first text."}
    site.send(fields)
    answer = site.send({**fields, "body": "The second text."})
    assert answer.status_code == 409
    assert "Your comment is published" in answer.text
    assert "The second text." in answer.text
    from tests.site import comment_form

    again = site.send(comment_form(answer.text))
    assert again.status_code == 303
    assert len(site.ids()) == 2


def test_reading_an_unknown_key_stores_nothing(site: Site) -> None:
    assert "No comments yet" in site.read("/guest/never-heard-of")
    assert site.client.get("/comments/thread?key=/guest/never-heard-of").status_code == 404


def test_a_thread_that_holds_all_says_so_kindly(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, publishing="hold-all")) as site:
        receipt = site.post("Hello there.")
        assert "reads every comment before it appears" in receipt.text
        assert "Hello there." not in site.read(POST)
