"""What a machine can't test is said loudly, with the line to type; with CI=true it is a failure."""

import os
from typing import NoReturn

import pytest

_NOT_TESTED: dict[str, str] = {}


def not_tested(what: str, line_to_type: str) -> NoReturn:
    """End this test because the machine lacks something that no test may download by itself."""
    _NOT_TESTED[what] = line_to_type
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} can't be tested here. Type: {line_to_type}", pytrace=False)
    pytest.skip(f"NOT TESTED: {what}. Type: {line_to_type}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in red what was left out, at the end of the run."""
    if not _NOT_TESTED:
        return
    terminalreporter.section("NOT TESTED", red=True, bold=True)
    for what, line_to_type in _NOT_TESTED.items():
        terminalreporter.write_line(
            f"NOT TESTED: {what}. To test it, type:  {line_to_type}", red=True, bold=True
        )
