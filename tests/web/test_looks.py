"""Every page in every state, looked at: on a phone and a desk, by day and night, from right to left, large, forced."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page

from commentkit.language import LANGUAGES
from tests.browser import PageLog
from tests.looks import cells
from tests.scenes import SCENES, Scene
from tests.world import World, a_world

pytestmark = pytest.mark.long

REFUSED = "Failed to load resource: "
TOP: FloatRect = {"x": 0, "y": 0, "width": 1400, "height": 4000}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The blog; each test leaves it to the next as it came."""
    folder: Path = tmp_path_factory.mktemp("looks")
    with a_world(f"sqlite:///{folder / 'comments.db'}") as made:
        yield made


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of a page in the folder that `COMMENTKIT_TEST_SHOTS` names, if it names one."""
    folder = os.environ.get("COMMENTKIT_TEST_SHOTS", "")
    scene = request.node.callspec.params["scene"].name

    def keep(page: Page, cell: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{scene}, {cell}.png", full_page=True, clip=TOP)

    return keep


def silent(log: PageLog, scene: Scene) -> list[str]:
    """What browsers complained of, but for the answers that were meant to refuse something."""
    return [each for each in log.console_errors if not (scene.refused and each.startswith(REFUSED))]


def opened(scene: Scene, world: World, new_page: Callable[..., Page], **options: object) -> Page:
    """A page in this state."""
    page = new_page(viewport={"width": 1400, "height": 800}, **options)
    if not scene.ours:
        empty = {"body": "", "content_type": "text/javascript"}
        page.route("**/static/*.js", lambda route: route.fulfill(**empty))
    scene.open(world, page)
    page.wait_for_load_state()
    return page


Look = Callable[..., None]


@pytest.fixture
def look(
    world: World,
    new_page: Callable[..., Page],
    page_log: PageLog,
    photograph: Callable[[Page, str], None],
) -> Look:
    """See a scene in all its cells: nothing is wrong with it, and browsers complain of nothing."""

    def see(scene: Scene, called: str = "", **options: object) -> None:
        page = opened(scene, world, new_page, **options)
        found = cells(page, lambda cell: photograph(page, called + cell))
        assert not found, "\n".join(found)
        assert silent(page_log, scene) == []

    return see


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_it_fits_and_can_be_read_by_all(scene: Scene, look: Look) -> None:
    look(scene)


def right_to_left() -> str:
    """A language that is written so."""
    return next(tag for tag, locale in LANGUAGES.items() if locale.text_direction == "rtl")


@pytest.mark.parametrize("scene", [each for each in SCENES if not each.english], ids=lambda scene: scene.name)
def test_it_does_so_from_right_to_left(scene: Scene, look: Look) -> None:
    look(scene, "rtl ", locale=right_to_left())
