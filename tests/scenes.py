"""Every page in every state, and the way that leads there. Nothing is found by its words: those are of any language."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.world import LONG_WORD, SHAMING, World

Open = Callable[[World, Page], object]
OWN_DATA = "Call me: +49 30 12345678, or write to wren.real@example.org."
FEW = "/guest/few"
MANY = "/guest/many"


@dataclass(frozen=True)
class Scene:
    """A page in one of its states.

    Attributes:
        open: leads a page there.
        ours: our scripts run, as where the page is ordinary; else it is what is seen without them.
        refused: it answers what was refused, which browsers write on their console.
        english: the same in every language: the desk.
    """

    name: str
    open: Open
    ours: bool = True
    refused: bool = False
    english: bool = False


def at(path: str) -> Open:
    """A page of commentkit."""
    return lambda world, page: world.go(page, f"/comments{path}")


def thread(key: str, more: str = "") -> Open:
    """A thread on its own page."""
    return at(f"/thread?key={key}{more}")


def made(name: str, more: str = "") -> Open:
    """A page whose address was made."""
    return lambda world, page: world.go(page, world.paths[name] + more)


def desk(path: str) -> Open:
    """A page of the desk."""
    return lambda world, page: world.at_the_desk(page, path)


def decided(name: str) -> Open:
    """A comment's page at the desk."""
    return lambda world, page: world.at_the_desk(page, world.paths[f"{name}, desk"])


def pressed(come: Open, what: str) -> Open:
    """The same page, once something on it was pressed."""

    def come_and_press(world: World, page: Page) -> None:
        come(world, page)
        page.locator(what).last.click()

    return come_and_press


def send(page: Page, text: str, **fields: str) -> None:
    """Fill in the form and send it."""
    page.locator("#ck-body").fill(text)
    for name, value in fields.items():
        page.locator(f"#ck-{name}").fill(value)
    page.locator("#ck-form button[value=post]").first.click()


def _wrong(world: World, page: Page) -> None:
    world.go(page, f"/comments/thread?key={world.fresh()}")
    page.locator("#ck-form").evaluate("form => { form.noValidate = true }")
    send(page, "", email="nobody", website="no address at all", name="n" * 81)
    expect(page.locator(".ck-problem")).to_be_visible()


def _expired(world: World, page: Page) -> None:
    world.go(page, f"/comments/thread?key={world.fresh()}")
    world.clock.move(hours=25)
    send(page, f"It took me a day. {LONG_WORD}")
    expect(page.locator(".ck-problem")).to_be_visible()


def _too_many(world: World, page: Page) -> None:
    for awaited in (".ck-problem, .ck-keep", ".ck-problem"):
        page.goto(f"{world.strict_url}/comments/thread?key={FEW}")
        send(page, "Once.", name="Wren", email="wren@example.org")
        expect(page.locator(awaited)).to_be_visible()


def _closed_meanwhile(world: World, page: Page) -> None:
    key = world.fresh()
    world.post("An answer.", key)
    world.go(page, f"/comments/thread?key={key}")
    world.close(key, "Robin is asleep. " * 8)
    send(page, f"Too late. {LONG_WORD}")
    expect(page.locator(".ck-problem")).to_be_visible()


def _lost_form(world: World, page: Page) -> None:
    world.go(page, f"/comments/thread?key={world.fresh()}")
    page.locator("#ck-form [name=token]").evaluate("field => { field.value = 'nonsense' }")
    send(page, f"It can't be sent. {LONG_WORD}")
    expect(page.locator("[role=alert]")).to_be_visible()


def _preview(world: World, page: Page) -> None:
    world.go(page, f"/comments/thread?key={world.fresh()}")
    page.locator("#ck-body").fill(f"So *early*. {LONG_WORD}")
    page.locator("#ck-form button[value=preview]").click()
    expect(page.locator(".ck-preview em")).to_be_visible()


def before(text: str) -> Open:
    """The page before posting."""

    def come(world: World, page: Page) -> None:
        world.go(page, f"/comments/thread?key={world.fresh()}")
        send(page, text)
        expect(page.locator(".ck-before mark").first).to_be_visible()

    return come


def _posted(world: World, page: Page) -> None:
    world.go(page, world.fresh())
    send(page, f"Here I am. {LONG_WORD}", name="Wren")
    expect(page.locator(".ck-keep")).to_be_visible()


def _replying(world: World, page: Page) -> None:
    world.go(page, FEW)
    page.locator(".ck-replies .ck-acts a").first.click()
    expect(page.locator("li #ck-form")).to_be_visible()


def _lost_connection(world: World, page: Page) -> None:
    world.go(page, world.fresh())
    page.route("**/post", lambda route: route.abort())
    send(page, "Lost.")
    expect(page.locator(".ck-problem")).to_be_visible()


def _hidden_here(world: World, page: Page) -> None:
    world.go(page, FEW)
    page.locator("article .ck-hide").first.click()
    expect(page.locator(".ck-hidden button")).to_be_visible()


def _visited(world: World, page: Page) -> None:
    key = world.fresh()
    world.post("Then.", key, name="Wren")
    world.go(page, key)
    world.post(f"Now. {LONG_WORD}", key, name="Kit")
    page.reload()
    expect(page.locator(".ck-new-word")).to_be_visible()


def _thanked(world: World, page: Page) -> None:
    key = world.fresh()
    world.post("True?", key, name="Wren")
    world.go(page, key)
    page.locator(".ck-thanks button").click()
    expect(page.locator(".ck-thanks button[value=back]")).to_be_visible()
    page.reload()
    expect(page.locator(".ck-thanked")).to_be_visible()


def change(button: str, text: str) -> Open:
    """The form for changing a text, after a button was pressed."""

    def come(world: World, page: Page) -> None:
        posted = world.post("The first text.", world.fresh(), name="Wren")
        world.go(page, f"/comments/receipt/{posted.receipt}/edit")
        page.locator("#ck-form").evaluate("form => { form.noValidate = true }")
        page.locator("#ck-body").fill(text)
        page.locator(f"#ck-form button[value={button}]").click()

    return come


def _too_late_to_change(world: World, page: Page) -> None:
    posted = world.post("The first text.", world.fresh(), name="Wren")
    world.go(page, f"/comments/receipt/{posted.receipt}/edit")
    world.clock.move(hours=2)
    page.locator("#ck-body").fill("Too late.")
    page.locator("#ck-form button[value=post]").click()


def _report_wrong(world: World, page: Page) -> None:
    world.go(page, world.paths["a comment"] + "/report")
    page.locator("form.ck-form").evaluate("form => { form.noValidate = true }")
    page.locator("form.ck-form button").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def chosen(name: str, *buttons: str) -> Open:
    """What a page from a mail answers to the one of these buttons that is there: it may have been pressed before."""

    def come(world: World, page: Page) -> None:
        world.go(page, world.paths[name])
        page.locator(f"main button:is({', '.join(f'[value={each}]' for each in buttons)})").click()
        expect(page.locator("main button")).to_have_count(0)

    return come


def foreign(act: Callable[[World, Page, Locator], None] | None = None) -> Open:
    """The thread on a page of another site."""

    def come(world: World, page: Page) -> None:
        page.goto(world.foreign_url)
        element = page.locator("comment-thread")
        expect(element.locator("form [name=body]")).to_be_visible()
        if act:
            act(world, page, element)

    return come


def _foreign_send(element: Locator, text: str) -> None:
    element.locator("[name=body]").fill(text)
    element.locator("form button.main").click()


def _foreign_comment(world: World, _page: Page, element: Locator) -> None:
    _foreign_send(element, f"From elsewhere. {LONG_WORD}")
    expect(element.locator(".note")).to_be_visible()
    element.locator("[part=reply]").first.click()


def _foreign_before(world: World, _page: Page, element: Locator) -> None:
    _foreign_send(element, f"{SHAMING}.")
    expect(element.locator(".note mark").first).to_be_visible()


def _foreign_wrong(world: World, _page: Page, element: Locator) -> None:
    element.locator("[name=email]").fill("nobody")
    _foreign_send(element, "")
    expect(element.locator(".wrong:visible").first).to_be_visible()


def _quicker(world: World, page: Page) -> None:
    posted = world.post(f"{SHAMING}, twice.", world.fresh(), name="Pat")
    world.at_the_desk(page, f"/comments/{posted.comment.public_id}")
    world.press(posted, "withdraw")
    page.locator("button[value=publish]").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def _done(world: World, page: Page) -> None:
    posted = world.post(f"{SHAMING}, thrice.", world.fresh(), name="Pat")
    world.at_the_desk(page, "/waiting")
    page.locator(f"form[action$='{posted.comment.public_id}'] button[value=hide]").click()
    expect(page.locator(".ck-done")).to_be_visible()


def guest_for(key: str, shows: str) -> Open:
    """What the desk answers to who wants a link for a guest author."""

    def come(world: World, page: Page) -> None:
        world.at_the_desk(page, "/people")
        page.locator("#ck-key").fill(key)
        page.locator("#ck-name").fill("Robin Vale")
        page.locator("form.ck-form button").click()
        expect(page.locator(shows)).to_be_visible()

    return come


def _sign_in(world: World, page: Page) -> None:
    world.go(page, "/comments/desk/sign-in")
    page.locator("#ck-name").fill("Mo")
    page.locator("#ck-password").fill("wrong")
    page.locator("main button").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def _last_page(world: World, page: Page) -> None:
    thread(MANY)(world, page)
    page.evaluate("localStorage.clear()")
    page.locator("a[rel~=next]").click()
    expect(page.locator(".ck-more a").first).to_be_visible()


def _signed_in_permalink(world: World, page: Page) -> None:
    world.at_the_desk(page, "/history")
    world.go(page, world.paths["a comment"])


READING = [
    Scene("a thread, empty", thread("/guest/nobody")),
    Scene("a thread, a few comments", thread(FEW)),
    Scene("a thread, a few comments, indented far", lambda w, p: p.goto(f"{w.strict_url}{FEW}")),
    Scene("a thread, many comments", thread(MANY)),
    Scene("a thread, its last page", _last_page),
    Scene("a thread, the newest first", thread(MANY, "&order=newest")),
    Scene("a thread, forty levels", thread("/guest/deep")),
    Scene(
        "a thread, forty levels, indented far",
        lambda w, p: p.goto(f"{w.strict_url}/comments/thread?key=/guest/deep"),
    ),
    Scene("a thread, 3,000 words", thread("/guest/long")),
    Scene("a thread, closed", thread("/guest/closed")),
    Scene("a thread, a warned text opened", pressed(thread(FEW), ".ck-warned > summary")),
    Scene("a thread, somebody hidden", _hidden_here),
    Scene("a thread, something new", _visited),
    Scene("a thread, thanked", _thanked),
    Scene("a post", lambda w, p: w.go(p, FEW)),
    Scene("a post, without script", lambda w, p: w.go(p, FEW), ours=False),
    Scene("a permalink", made("a comment")),
    Scene("a permalink, deep", made("deep comment")),
    Scene("what happens to data", at("/data")),
    Scene("the front page", at("/")),
    Scene("nothing there", at("/c/" + "0" * 30), refused=True),
    Scene("wrong method", at("/post"), refused=True),
    Scene("on another site", foreign()),
    Scene("on another site, answering", foreign(_foreign_comment)),
    Scene("on another site, before posting", foreign(_foreign_before), refused=True),
    Scene("on another site, something wrong", foreign(_foreign_wrong), refused=True),
]

WRITING = [
    Scene("a reply", made("a comment", "/reply")),
    Scene("a reply in place", _replying),
    Scene("a form, something wrong", _wrong, ours=False, refused=True),
    Scene("a form, something wrong, in place", _wrong, refused=True),
    Scene("a form, expired", _expired, ours=False, refused=True),
    Scene("a form, too many", _too_many, ours=False, refused=True),
    Scene("a form, closed meanwhile", _closed_meanwhile, ours=False, refused=True),
    Scene("a form, closed meanwhile, in place", _closed_meanwhile, refused=True),
    Scene("a form, lost", _lost_form, ours=False, refused=True),
    Scene("a form, connection lost", _lost_connection, refused=True),
    Scene("a preview", _preview, ours=False),
    Scene("a preview, in place", _preview),
    Scene("before posting, shaming", before(f"Kind of you. {SHAMING}. {LONG_WORD}"), ours=False),
    Scene("before posting, own data", before(OWN_DATA), ours=False),
    Scene("before posting, in place", before(f"Kind of you. {SHAMING}.")),
    Scene("posted in place", _posted),
    Scene("a guest author's link", lambda w, p: w.go(p, w.guest_link(FEW))),
    Scene("a guest author's form", pressed(lambda w, p: w.go(p, w.guest_link(FEW)), "main button")),
    *(
        Scene(f"a receipt, {name}", made(name))
        for name in ("waiting", "published", "hidden", "asked", "spam", "withdrawn", "erased", "changed")
    ),
    Scene("a receipt, before erasing", pressed(made("published"), "summary")),
    Scene("a receipt, the text", made("published", "/edit")),
    Scene("a receipt, the text, preview", change("preview", f"So *early*. {LONG_WORD}")),
    Scene("a receipt, the text, something wrong", change("post", ""), refused=True),
    Scene("a receipt, the text, before posting", change("post", f"{SHAMING}.")),
    Scene("a receipt, the text, too late", _too_late_to_change, refused=True),
    Scene("a report", made("a comment", "/report")),
    Scene("a report, something wrong", _report_wrong, refused=True),
    Scene("a report, sent", made("a comment", "/report?sent=yes")),
    Scene("a mail's page, to confirm", made("confirm")),
    Scene("a mail's page, confirmed", chosen("confirm", "each")),
    Scene("a mail's page, to stop", made("stop")),
    Scene("a mail's page, changed", chosen("stop", "daily", "each")),
]

DESK = [
    *(
        Scene(f"the desk, {name}", desk(f"/{name}"), english=True)
        for name in ("waiting", "reported", "published", "hidden", "spam", "history", "people")
    ),
    Scene("the desk, a second page", desk("/published?page=2"), english=True),
    *(
        Scene(f"the desk, one comment, {name}", decided(name), english=True)
        for name in (
            *("waiting", "published", "hidden", "asked", "spam", "withdrawn", "changed", "reported"),
            "dismissed",
        )
    ),
    Scene("the desk, just decided", _done, english=True),
    Scene("the desk, somebody was quicker", _quicker, refused=True, english=True),
    Scene("the desk, a guest's link", guest_for(FEW, "#ck-link"), english=True),
    Scene(
        "the desk, an unknown thread",
        guest_for(f"/guest/{LONG_WORD}", "[role=alert]"),
        refused=True,
        english=True,
    ),
    Scene("the desk, to sign in", at("/desk/sign-in"), english=True),
    Scene("the desk, not let in", _sign_in, refused=True, english=True),
    Scene("the desk, a link to sign in", lambda w, p: w.go(p, w.sign_in_link()), english=True),
    Scene("a permalink, signed in", _signed_in_permalink),
]

SCENES = [*READING, *WRITING, *DESK]
