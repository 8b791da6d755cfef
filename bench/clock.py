"""CPU time of the same work, best of several runs: the machine is shared, so the least disturbed run counts."""

import time
from collections.abc import Callable


def cpu_ms(work: Callable[[], object], runs: int = 5) -> float:
    """Milliseconds of CPU that `work` takes."""
    best = float("inf")
    for _ in range(runs):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best * 1000
