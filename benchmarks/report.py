"""The printed table, and whether the machine was quiet enough to believe it."""

from __future__ import annotations

import os
import time

NOISE_LIMIT = 0.10
"""Most of the processor time that others may take before the figures are doubted."""


class Table:
    """Lines of a report, printed as they come."""

    def head(self, title: str) -> None:
        """Print a heading."""
        print(f"\n{title}", flush=True)

    def line(self, what: str, value: str, remark: str = "") -> None:
        """Print one measured line."""
        print(f"| {what:<54} | {value:>16} | {remark}", flush=True)


class Quiet:
    """Watches what the rest of the machine does while the benchmark's own processes do not run or wait."""

    def __init__(self) -> None:
        self._stolen: list[float] = []

    def look(self, seconds: float = 0.5) -> float:
        """Work for a moment on one core, and return the share of the moment in which others had it."""
        began, used = time.perf_counter(), time.process_time()
        while time.perf_counter() - began < seconds:
            pass
        share = 1 - (time.process_time() - used) / (time.perf_counter() - began)
        self._stolen.append(share)
        return share

    def verdict(self) -> str:
        """Say whether the figures can be believed."""
        worst, load = max(self._stolen, default=0.0), os.getloadavg()
        was = "quiet" if worst <= NOISE_LIMIT else "NOT quiet: believe the ratios at most"
        return (
            f"The machine was {was} (others took up to {100 * worst:.0f} % of a core; load {load[0]:.1f} {load[1]:.1f})"
        )
