"""What a benchmark reports: a figure beside its baseline, measured in the same run, and their ratio."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the table. `better` says which way a ratio of ours ÷ baseline is good."""

    name: str
    ours: float
    baseline: float
    unit: str
    baseline_name: str
    better: str = "lower"

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline if self.baseline else float("nan")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds something took."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def in_turns(
    ours: Callable[[], object], baseline: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Time two things in turn, so that a slow moment of the machine meets both; the first tenth is warm-up."""
    pairs = [(timed(ours), timed(baseline)) for _ in range(rounds)]
    kept = pairs[rounds // 10 :]
    return [a for a, _ in kept], [b for _, b in kept]


def latency_figures(name: str, ours: list[float], baseline: list[float], baseline_name: str) -> list[Figure]:
    """Return median and 99th percentile of two series in milliseconds."""
    return [
        Figure(f"{name}, p50", statistics.median(ours), statistics.median(baseline), "ms", baseline_name),
        Figure(f"{name}, p99", percentile(ours, 0.99), percentile(baseline, 0.99), "ms", baseline_name),
    ]


def table(figures: Sequence[Figure]) -> str:
    """Return figures as a Markdown table."""
    rows = ["| what | ours | baseline | ratio | baseline is |", "|---|--:|--:|--:|---|"]
    rows += [
        f"| {f.name} | {f.ours:,.4g} {f.unit} | {f.baseline:,.4g} {f.unit} | {f.ratio:.2f} "
        f"({f.better} is better) | {f.baseline_name} |"
        for f in figures
    ]
    return "\n".join(rows)
