"""What schemathesis is told beside the document: real tokens, a real key, a real comment and its receipt.

Its own process loads this (SCHEMATHESIS_HOOKS); the environment's `COMMENTKIT_TEST_…` say what is real.
"""

import os
import re
from typing import Any

import httpx
import schemathesis
from schemathesis import HookContext

API = os.environ["COMMENTKIT_TEST_API"]
RECEIPT = os.environ["COMMENTKIT_TEST_RECEIPT"]
KEY = os.environ["COMMENTKIT_TEST_KEY"]
PARENT = os.environ["COMMENTKIT_TEST_PARENT"]


@schemathesis.hook
def before_call(context: HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    """Strings that could be a token, a key or a comment's id become real ones: no document can name those."""
    if isinstance(case.body, dict) and isinstance(case.body.get("token"), str):
        case.body["token"] = httpx.get(f"{API}/form", params={"key": KEY}).json()["token"]
    parent = case.body.get("parent") if isinstance(case.body, dict) else None
    if isinstance(parent, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parent):
        case.body["parent"] = PARENT
    for given, name in ((case.body, "comment"), (case.query, "after")):
        value = given.get(name) if isinstance(given, dict) else None
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{30}", value):
            given[name] = PARENT
    key = (case.query or {}).get("key")
    if isinstance(key, str) and 0 < len(key) <= 500 and "\0" not in key and len(key) % 2:
        case.query["key"] = KEY


@schemathesis.auth()
class Receipt:
    """The receipt of a comment that is there."""

    def get(self, case: Any, context: Any) -> str:
        """The secret."""
        return RECEIPT

    def set(self, case: Any, data: str, context: Any) -> None:
        """As a bearer token."""
        case.headers["Authorization"] = f"Bearer {data}"
