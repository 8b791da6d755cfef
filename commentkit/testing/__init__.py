"""Stand-ins for everyone's tests: an Akismet that answers over HTTP and can fail, and a clock that you move."""

from commentkit.testing.akismet import AkismetStandIn, Mode, Received
from commentkit.testing.clock import FakeClock
from commentkit.testing.server import serving

__all__ = ["AkismetStandIn", "FakeClock", "Mode", "Received", "serving"]
