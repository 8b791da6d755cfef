"""The blog's posts: what the pages and the comments need to know of each."""

from dataclasses import dataclass
from pathlib import Path

from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent
templates = Jinja2Templates(HERE / "templates")


@dataclass(frozen=True)
class Post:
    """One guest post. Its text is `templates/posts/<slug>.html`.

    Attributes:
        key: names its thread of comments for good; here it is the page's path.
    """

    slug: str
    title: str
    guest: str
    handle: str
    website: str
    summary: str

    @property
    def key(self) -> str:
        return f"/guest/{self.slug}"

    @property
    def template(self) -> str:
        return f"posts/{self.slug}.html"


POSTS = {
    post.slug: post
    for post in [
        Post(
            slug="the-word-in-the-waiting-room",
            title="Twenty-three years in, I found the word",
            guest="Marit Aldersey",
            handle="@marit",
            website="https://marit.example/",
            summary="On coming out as asexual in a long marriage, to the person who is in it with you.",
        )
    ]
}
