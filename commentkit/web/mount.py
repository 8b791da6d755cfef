"""Where we are mounted, and what an address says below that."""

from starlette.types import Scope

API = "/api/v1"
LIVE = "/live"

ROOT = "commentkit.root"
"""The key in a request's scope for where we are mounted: the API's own `Mount` writes another `root_path` over it."""

TONGUE = "commentkit.tongue"
"""The key in a request's scope for the language in its address, as it stands there: `/~de`."""


def root_of(scope: Scope) -> str:
    """The path below which this instance is mounted."""
    return str(scope.get(ROOT, scope.get("root_path", ""))).rstrip("/")


def path_of(scope: Scope) -> str:
    """A request's path as this instance's own routes see it."""
    return str(scope["path"]).removeprefix(root_of(scope))


def is_api(scope: Scope) -> bool:
    """Whether a program is asking."""
    return path_of(scope).startswith(API)
