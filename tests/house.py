"""What `test_house.py` holds the house to, as small functions on source text: each returns its complaints."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping

PACKAGE = "commentkit"

# The street: a module imports only from rooms that stand before its own, or from within its own room.
ROOMS = (
    "errors",
    "language",
    "advice",
    "model",
    "letter",
    "settings",
    "hooks",
    "tree",
    "policy",
    "markup",
    "markdown",
    "text",
    "draft",
    "names",
    "signing",
    "shaming",
    "checks",
    "store",
    "service",
    "exchange",
    "web",
    "migrate",
    "worker",
    "app",
    "asgi",
    "server",
    "testing",
    "cli",
    "__main__",
    "__init__",
)
PURE = (
    "errors",
    "language",
    "advice",
    "model",
    "letter",
    "hooks",
    "tree",
    "policy",
    "markup",
    "markdown",
    "text",
    "draft",
    "names",
    "signing",
    "shaming",
)
IMPURE = ("starlette", "sqlalchemy", "httpx", "os")
MAX_LINES = 400


def room_of(module: str) -> str:
    """The room that a module of the package stands in: `commentkit.web.pages` in `web`."""
    return [*module.split("."), "__init__"][1]


def unknown_room(module: str) -> list[str]:
    """A module that has no place in the street yet."""
    room = room_of(module)
    if room in ROOMS:
        return []
    return [f"{module}: {room!r} has no place yet: put it into ROOMS in tests/house.py, after all it imports"]


class Import:
    """One imported name: its module, the name taken from it (or None), and where it stands."""

    def __init__(self, line: int, module: str, name: str | None, inside: bool, for_types: bool) -> None:
        self.line, self.module, self.name = line, module, name
        self.inside, self.for_types = inside, for_types

    @property
    def top(self) -> str:
        """The package that it belongs to."""
        return self.module.partition(".")[0]


def _is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def imports_of(source: str, module: str, *, is_package: bool = False) -> list[Import]:
    """Every import of a module, relative ones resolved."""
    found: list[Import] = []

    def visit(node: ast.AST, inside: bool, for_types: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, alias.name, None, inside, for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = module.split(".") if is_package else module.split(".")[:-1]
                parts = parts[: len(parts) - node.level + 1]
                origin = ".".join([*parts, *([node.module] if node.module else [])])
            for alias in node.names:
                if origin == PACKAGE and alias.name in ROOMS:  # a room, not a name from the public face
                    found.append(Import(node.lineno, f"{PACKAGE}.{alias.name}", None, inside, for_types))
                else:
                    found.append(Import(node.lineno, origin, alias.name, inside, for_types))
        guarded = isinstance(node, ast.stmt) and _is_type_checking(node)
        within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, within, for_types or guarded)

    visit(ast.parse(source), False, False)
    return found


def wrong_way_imports(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Imports from a room that stands after the module's own."""
    own = room_of(module)
    complaints = []
    for found in imports_of(source, module, is_package=is_package):
        if found.top != PACKAGE or found.module == PACKAGE:
            continue
        other = room_of(found.module)
        if other in ROOMS and own in ROOMS and ROOMS.index(other) > ROOMS.index(own):
            complaints.append(
                f"{module}:{found.line} stands in {own!r} and imports from {other!r}, further down"
            )
    return complaints


def bare_package_imports(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Imports from the package itself, which imports everything: take the name from its own module."""
    return [
        f"{module}:{found.line} imports from the bare package; name the module that defines {found.name}"
        for found in imports_of(source, module, is_package=is_package)
        if found.module == PACKAGE
    ]


def imports_inside_functions(source: str, module: str) -> list[str]:
    """Imports that wait for a call. A command loads what it needs; nobody else does."""
    if room_of(module) == "cli":
        return []
    return [
        f"{module}:{found.line} imports {found.module} inside a function"
        for found in imports_of(source, module)
        if found.inside and not found.for_types
    ]


def circles(sources: Mapping[str, str]) -> list[str]:
    """Modules of one room that import each other in a circle."""
    packages = {name for name in sources if any(other.startswith(f"{name}.") for other in sources)}
    edges: dict[str, set[str]] = {}
    for module, source in sources.items():
        for found in imports_of(source, module, is_package=module in packages):
            inner = f"{found.module}.{found.name}"
            target = inner if inner in sources else found.module
            if not found.for_types and target in sources and room_of(target) == room_of(module):
                edges.setdefault(module, set()).add(target)
    complaints: list[str] = []

    def walk(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            circle = [*path[path.index(module) :], module]
            if module == min(circle):
                complaints.append(" -> ".join(circle))
            return
        for target in sorted(edges.get(module, ())):
            walk(target, (*path, module))

    for module in sorted(edges):
        walk(module, ())
    return sorted(set(complaints))


def _imports_only_in(
    source: str, module: str, names: tuple[str, ...], allowed: Callable[[str, Import], bool]
) -> list[str]:
    return [
        f"{module}:{found.line} imports {found.module}{f'.{found.name}' if found.name else ''}"
        for found in imports_of(source, module)
        if found.top in names and not allowed(module, found)
    ]


def impure_imports(source: str, module: str) -> list[str]:
    """A pure room that knows of the web, a database or the machine."""
    if room_of(module) not in PURE:
        return []
    return _imports_only_in(source, module, IMPURE, lambda _module, _found: False)


def sanitiser_imports(source: str, module: str) -> list[str]:
    """bleach or nh3 outside the one place that makes text safe."""
    return _imports_only_in(
        source, module, ("bleach", "nh3"), lambda where, _found: where == f"{PACKAGE}.text"
    )


def sql_imports(source: str, module: str) -> list[str]:
    """SQL outside the store. The app may name the host's engine."""

    def allowed(where: str, found: Import) -> bool:
        return room_of(where) in {"store", "migrate"} or (
            room_of(where) == "app" and found.name == "AsyncEngine"
        )

    return _imports_only_in(source, module, ("sqlalchemy",), allowed)


def markup_uses(source: str, module: str) -> list[str]:
    """`Markup` anywhere but where pages are put together."""
    if module == f"{PACKAGE}.web.pages":
        return []
    lines = [found.line for found in imports_of(source, module) if found.name == "Markup"]
    lines += [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "Markup"
    ]
    return [f"{module}:{line} uses Markup" for line in lines]


def environment_reads(source: str, module: str) -> list[str]:
    """Whoever asks the environment, other than the settings."""
    if room_of(module) == "settings":
        return []
    readers = {"environ", "environb", "getenv", "getenvb"}
    lines = [
        found.line for found in imports_of(source, module) if found.top == "os" and found.name in readers
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in readers and ast.unparse(node.value) == "os":
            lines.append(node.lineno)
        elif isinstance(node, ast.keyword) and node.arg == "envvar":
            lines.append(node.value.lineno)
    return [f"{module}:{line} reads the environment: make it a setting" for line in lines]


def too_long(source: str, name: str) -> list[str]:
    """A module that outgrew its room."""
    lines = len(source.splitlines())
    return (
        [f"{name} has {lines} lines, {MAX_LINES} are allowed: split it by noun"] if lines > MAX_LINES else []
    )


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def loose_ends(source: str, name: str) -> list[str]:
    """Work put off, and checks silenced without a word."""
    complaints = [
        f"{name}:{number} puts work off: do it now or leave it"
        for number, line in enumerate(source.splitlines(), 1)
        if re.search(r"\b(TO" + r"DO|FIX" + r"ME)\b", line)
    ]
    for number, comment in _comments(source):
        if re.search(r"#\s*type:\s*ignore(?!\[[\w, -]+\]\s*(#\s*)?\w)", comment):
            complaints.append(f"{name}:{number} needs `type: ignore[code]` and after it the reason")
        if re.search(r"#\s*noqa(?!:\s*[A-Z]+[0-9]+)", comment, re.IGNORECASE):
            complaints.append(f"{name}:{number} needs `noqa: CODE`")
    return complaints


# put together, so that this file itself names none
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
    )
)
_PRIVATE_PATH = re.compile(
    r"(?<![\w.~/}*-])/(" + "|".join(("ho" + "me", "wo" + "rk", "ro" + "ot", "Us" + "ers")) + r")/\w"
)


def ties_to_a_machine(text: str, name: str) -> list[str]:
    """The host of a package registry, or a path in somebody's own folder."""
    complaints = []
    for number, line in enumerate(text.splitlines(), 1):
        complaints += [f"{name}:{number} names {host}" for host in REGISTRIES if host in line.lower()]
        if found := _PRIVATE_PATH.search(line):
            complaints.append(f"{name}:{number} names the path {found[0]}… of one machine")
    return complaints


def without_docstring(source: str, module: str) -> list[str]:
    """Public functions and classes, at the top of a module, that don't say what they are for."""
    return [
        f"{module}:{node.lineno} {node.name} has no docstring"
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not _is_overload(node)
        and not ast.get_docstring(node)
    ]


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(ast.unparse(decorator) in {"overload", "typing.overload"} for decorator in node.decorator_list)


def public_names(source: str) -> dict[str, str]:
    """The names in `__all__` of the package and the module that each comes from."""
    listed: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if ast.unparse(target) == "__all__":
                listed = list(ast.literal_eval(node.value))
    origins = {
        found.name: found.module for found in imports_of(source, PACKAGE, is_package=True) if found.name
    }
    return {name: origins.get(name, PACKAGE) for name in listed}
