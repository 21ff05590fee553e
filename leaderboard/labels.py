"""What columns and figures are called."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from motionedit_bench.leaderboard.summary import STANDINGS, Column, Standing, Summary
from motionedit_bench.metrics.catalogue import CATALOGUE

MARKS: Mapping[Standing, str] = {"reread": "(r)", "claimed": "(c)"}
"""Beside a figure; what the board computed itself, and what was measured here, has none."""

TAGS: Mapping[Standing, str] = {"reread": "re-read", "claimed": "claimed"}
"""The same on pages."""

MEANINGS: Mapping[Standing, str] = {
    "recomputed": "computed by this board from the images",
    "reread": "read again from the answers that a judge is said to have given, which nothing proves",
    "claimed": "the submitter's claim, not computed again here, never ranked",
}


def column_labels(columns: Iterable[Column]) -> dict[Column, str]:
    """A name for each column: the metric's, and where two columns share it, what sets them apart.

    >>> list(column_labels([Column("mas", (("flow", "dis"),)), Column("mas", (("flow", "tvl1"),))]).values())
    ['mas[flow=dis]', 'mas[flow=tvl1]']
    """
    labels = {}
    columns = list(columns)
    for column in columns:
        others = [set(other.variant) for other in columns if other.metric == column.metric]
        shared = set.intersection(*others)
        apart = [f"{name}={value}" for name, value in column.variant if (name, value) not in shared]
        labels[column] = f"{column.metric}[{','.join(apart)}]" if apart else column.metric
    return labels


def board_labels(
    columns: Sequence[Column], claimed: Collection[Column], own: Collection[Column] = ()
) -> dict[Column, str]:
    """The names of a board's columns: those that are claimed by everybody who has them change no other's,
    and the board's ``own``, of which it makes its ranks, have the metric's bare name whatever is submitted.

    >>> dis, other = (Column("mas", (("flow", flow),)) for flow in ("dis", "other"))
    >>> list(board_labels([dis, other], [other]).values())
    ['mas', 'mas[flow=other]']
    >>> list(board_labels([dis, other], [], [dis]).values())
    ['mas', 'mas[flow=other]']
    """
    every = column_labels(columns)
    vouched = column_labels(column for column in columns if column not in claimed)
    vouched |= {column: column.metric for column in own if column in vouched}
    labels = {}
    for column in columns:
        label = vouched.get(column, every[column])
        taken = column not in vouched and label in vouched.values()
        labels[column] = f"{label}[claimed]" if taken else label
    return labels


def headings(labels: Mapping[Column, str]) -> dict[Column, str]:
    """The labels for people: with the judge where there is one, for no judge's figures stand without a name.

    >>> list(headings({Column("overall", (("judge", "reference"),)): "overall"}).values())
    ['overall (reference)']
    """
    named = {}
    for column, label in labels.items():
        judge = dict(column.variant).get("judge")
        named[column] = label if judge is None or judge in label else f"{label} ({judge})"
    return named


def arrowed(label: str, metric: str) -> str:
    """A label with an arrow to where a metric is better.

    >>> arrowed("mas", "mas")
    'mas ↑'
    """
    return label + {"higher": " ↑", "lower": " ↓", None: ""}[CATALOGUE[metric].better]


def how(column: Column) -> str:
    """How a column was computed, in words."""
    return ", ".join(f"{name} {value}" for name, value in column.variant if name != "metric_version")


def directed(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns in which one model can be better than another; the others describe the benchmark."""
    return tuple(column for column in columns if CATALOGUE[column.metric].better)


def figure(value: float, metric: str) -> str:
    """A value with its metric's decimals, and no minus before zero.

    >>> figure(-0.001, "mas")
    '0.00'
    """
    return f"{value:z.{CATALOGUE[metric].digits}f}"


def estimate(summary: Summary | None, metric: str, interval: bool = True) -> str:
    """``mean [low, high]``, the spread between seeds where there are several, and the mark of its standing.

    >>> estimate(Summary(58.694, (53.3, 63.99), 6, 12, 29.347, standing="claimed"), "mas")
    '58.69 [53.30, 63.99] (c)'
    >>> estimate(Summary(2.0, (1.5, 2.5), 6, 6, None, seeds=(1.0, 3.0)), "mas")
    '2.00 [1.50, 2.50] ±1.41'
    """
    if summary is None or summary.mean is None:
        return "-"
    parts = [figure(summary.mean, metric)]
    if interval and summary.ci95:
        low, high = (figure(end, metric) for end in summary.ci95)
        parts.append(f"[{low}, {high}]")
    if interval and summary.spread is not None:
        parts.append(f"±{figure(summary.spread, metric)}")
    parts += [MARKS[summary.standing]] if summary.standing in MARKS else []
    return " ".join(parts)


def cell(summary: Summary | None, metric: str) -> str:
    """``mean [low, high] scored/expected``, and for a partial row the mean with failures as the worst value.

    >>> cell(Summary(58.694, (53.3, 63.99), 6, 12, 29.347), "mas")
    '58.69 [53.30, 63.99] 6/12, as worst 29.35'
    """
    if summary is None:
        return "-"
    text = estimate(summary, metric)
    if summary.ci95 or summary.statuses:
        text += f" {summary.scored}/{summary.expected}"
    worst = summary.mean_failed_as_worst
    if summary.mean is not None and worst is not None and not summary.complete:
        text += f", as worst {figure(worst, metric)}"
    return text


def coverage(found: Mapping[Column, Summary], columns: Iterable[Column], expected: int) -> str:
    """How many items have a value of how many; where columns differ, the least, with the metric named.

    >>> coverage({Column("mas"): Summary(1.0, None, 3, 4, 1.0)}, [Column("mas"), Column("ssim")], 4)
    '0/4 ssim'
    """
    expected = max([expected, *(one.expected for one in found.values())])
    counts = {
        label: (found[column].scored if column in found else 0)
        for column, label in column_labels(columns).items()
    }
    if not counts:
        return "-"
    least = min(counts, key=lambda label: counts[label])
    named = "" if len(set(counts.values())) == 1 else f" {least}"
    return f"{counts[least]}/{expected}{named}"


def legend(standings: Iterable[Standing], marks: Mapping[Standing, str] = MARKS) -> str | None:
    """What the marks of a board's figures mean; ``None`` where all were measured here or published.

    >>> legend(["measured", "claimed"])
    "(c): the submitter's claim, not computed again here, never ranked"
    """
    there = [one for one in STANDINGS if one in set(standings) and one in MEANINGS]
    return "; ".join(f"{marks.get(one, 'no mark')}: {MEANINGS[one]}" for one in there) or None
