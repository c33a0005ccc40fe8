"""Tables that only the study of published figures has: base against self-invoking scores, and coverage at equal budgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isocost.report.tables import Shown, Table, count, number, points, words

if TYPE_CHECKING:
    from isocost.study.published.study import PublishedStudy


def published_tables(study: PublishedStudy) -> Iterator[Table]:
    """Give its tables."""
    yield Table(
        "pro", "Base against self-invoking problems, as arXiv 2412.21199, Table 2, prints them",
        ("model", "benchmark", "base", "Pro", "change, points"),
        tuple(
            (words(part.model), words(part.benchmark), (Shown(part.base_percent, f"{part.base_percent:.1f}%"),),
             (Shown(part.pro_percent, f"{part.pro_percent:.1f}%"),),
             number(part.pro_percent - part.base_percent, form="+.1f"))
            for part in study.pro
        ),
        left=(0, 1),
    )  # fmt: skip
    yield Table(
        "both", "Problems solved in both versions, in one, or in none, as arXiv 2412.21199, Figure 5, counts them",
        ("model", "base", "Pro", "both", "only base", "only Pro", "neither", "problems"),
        tuple(
            (words(part.model), words(part.base_benchmark), words(part.pro_benchmark), count(part.both),
             count(part.only_base), count(part.only_pro), count(part.neither), count(part.problems))
            for part in study.both
        ),
        left=(0, 1, 2),
    )  # fmt: skip
    yield Table(
        "leads", "Small against large sizes where hidden tests choose among samples, at equal budgets",
        ("small", "large", "benchmark", "unit", "ahead at", "of budgets", "least lead, points", "largest"),
        tuple(
            (words(" or ".join(part.small)), words(" or ".join(part.large)), words(part.benchmark),
             words(part.unit.value), count(part.ahead), count(part.budgets), points(part.least, None, None),
             points(part.most, None, None))
            for part in study.leads
        ),
        left=(0, 1, 2, 3),
        notes=("The source gives no intervals: arXiv 2404.00725, pass@k of Code Llama.",),
    )  # fmt: skip
