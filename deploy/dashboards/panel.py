"""What a panel is.

Its expressions may hold `$window`, the time over which a rate is taken, and `$range`, all that is shown.
"""

from dataclasses import dataclass
from typing import Literal

Page = Literal["served", "why"]
Unit = Literal["per_second", "seconds", "share", "count"]

TITLES: dict[Page, str] = {"served": "Are couples served?", "why": "Why not?"}


@dataclass(frozen=True)
class Line:
    """One query of a chart. `legend` names each line by its labels: "{service} {reply}".

    `bad`: it shows what should not be, and is drawn in the colour of that.
    """

    expr: str
    legend: str
    bad: bool = False


@dataclass(frozen=True)
class Bounds:
    """From where on a number is worth a look, and from where on somebody must act.

    The greater is the worse; if `falling`, the smaller, and the bounds themselves are still good.
    """

    watch: float
    act: float
    falling: bool = False


@dataclass(frozen=True)
class Headline:
    """The one number of a panel: an expression with one sample, and the words after it.

    `{range}` in the caption stands for what is shown: "the last hour".
    """

    expr: str
    unit: Unit
    caption: str
    bounds: Bounds | None = None


@dataclass(frozen=True)
class Panel:
    """One question and its answer. `quiet` says why there may be nothing to show yet."""

    key: str
    page: Page
    title: str
    unit: Unit
    lines: tuple[Line, ...]
    headline: Headline
    meaning: str
    quiet: str
    view: Literal["lines", "shards"] = "lines"
    of_lines: Bounds | None = None

    @property
    def bounds(self) -> Bounds | None:
        """Those of the lines: their own, or the headline's where both are numbers of one kind."""
        return self.of_lines or (self.headline.bounds if self.headline.unit == self.unit else None)

    @property
    def expressions(self) -> tuple[str, ...]:
        return (*(line.expr for line in self.lines), self.headline.expr)
