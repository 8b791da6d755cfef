"""commentkit: comment threads for personal writing.

    from commentkit import Comments, Settings

`Comments` is the application to mount; `Settings` has every knob; the rest is for those who plug something in.
"""

from commentkit.app import Comments
from commentkit.errors import CheckFailed, CommentkitError, SettingsError
from commentkit.hooks import Check, Learner, Listener, Remembers
from commentkit.model import Event, Finding, Publishing, Status, Submission, Weight
from commentkit.settings import Settings

__all__ = [
    "Check",
    "CheckFailed",
    "CommentkitError",
    "Comments",
    "Event",
    "Finding",
    "Learner",
    "Listener",
    "Publishing",
    "Remembers",
    "Settings",
    "SettingsError",
    "Status",
    "Submission",
    "Weight",
]
