"""What `test_house.py` holds sentences for readers to: each passes the catalogue, whole."""

import ast
from collections.abc import Collection, Iterator

from tests.house import PACKAGE, room_of

# What readers are told passes the catalogue. Moderators are told things in English.
TOLD = ("markup", "markdown", "text", "draft", "names", "signing", "store", "service", "web")
DESK = tuple(
    f"{PACKAGE}.{name}"
    for name in ("web.desk", "service.moderator", "service.care", "service.decisions", "service.signin")
)
# exception -> which of its arguments is the sentence
MESSAGE_AT = {"Problem": 1, "TextRefused": 1} | dict.fromkeys(
    ("CommentkitError", "NotFound", "Malformed", "TooLarge", "WrongType", "Refused", "TokenInvalid", "ThreadClosed",
     "TooMany", "Conflict", "DatabaseBusy"), 0
)  # fmt: skip


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_put_together(node: ast.expr) -> bool:
    """An f-string, a sum or a `"…".format()`: no catalogue can know what comes out."""
    call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return call or isinstance(node, ast.JoinedStr | ast.BinOp)


def _is_english(node: ast.expr, names: Collection[str]) -> bool:
    """A text as it stands in the code, marked or not, or one of these names, which stand for such texts."""
    if isinstance(node, ast.IfExp):
        return _is_english(node.body, names) or _is_english(node.orelse, names)
    only_marked = isinstance(node, ast.Call) and _name_of(node.func) == "N_"
    literal = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""
    return (
        literal or only_marked or _is_put_together(node) or (isinstance(node, ast.Name) and node.id in names)
    )


def _messages(tree: ast.Module) -> Iterator[ast.expr]:
    """What exceptions for readers are given to say."""
    calls = [
        (node, MESSAGE_AT.get(_name_of(node.func))) for node in ast.walk(tree) if isinstance(node, ast.Call)
    ]
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef) and (
            bases := {_name_of(base) for base in kind.bases} & {*MESSAGE_AT}
        ):
            calls += [
                (node, MESSAGE_AT[min(bases)])
                for node in ast.walk(kind)
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__"
            ]
    for call, at in calls:
        if at is not None:
            yield from call.args[at : at + 1]
            yield from (keyword.value for keyword in call.keywords if keyword.arg == "message")


def english_only(source: str, module: str) -> list[str]:
    """What readers are told without asking the catalogue, or in a way that no catalogue can answer."""
    tree = ast.parse(source)
    complaints = [
        f"{module}:{node.lineno} asks the catalogue for a text that is put together; write %(name)s into it"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name_of(node.func) in {"_", "N_", "plural", "plurals"}
        for part in node.args[: 2 if _name_of(node.func).startswith("plural") else 1]
        if _is_put_together(part)
    ]
    if room_of(module) in TOLD and not module.startswith(DESK):
        names = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and _is_english(node.value, ())
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        complaints += [
            f"{module}:{node.lineno} tells readers something in English only: say it with `_`"
            for node in _messages(tree)
            if _is_english(node, names)
        ]
    return complaints
