"""Tables of text: narrow ones with the coverage once a row, wide ones with all of each figure; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.escaping import escaped
from motionedit_bench.leaderboard.labels import arrowed, cell, coverage, estimate, figure
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.styling import strong

STYLES = {"plain": "simple", "github": "github"}
LEAST_NAME = 12
"""Rather than to cut names shorter than this, a table that is too wide leaves out intervals, then columns."""

Labels = Mapping[Column, str]


@dataclass(frozen=True)
class Table:
    """A table, and what it leaves out for want of width."""

    text: str
    left_out: tuple[str, ...] = ()


def narrow(
    rows: Sequence[Row], labels: Labels, form: str, expected: int, width: int | None, styled: bool = False
) -> Table:
    """One line a model: rank, name, each column's mean with its interval, and how many items have a value.

    Where it is wider than ``width``, names are cut in the middle, then intervals are left out, then columns
    from the last one on. ``styled`` sets each column's best apart.
    """
    if not rows:
        return Table("")
    columns = list(labels)
    steps = [(columns, True), (columns, False)]
    steps += [(columns[:count], False) for count in range(len(columns) - 1, 0, -1)]
    longest = max(len(_name(row)) for row in rows)
    room = 0
    for chosen, interval in steps:

        def draw(
            names: Sequence[str],
            styled: bool = False,
            chosen: list[Column] = chosen,
            interval: bool = interval,
        ) -> str:
            cells = [
                [estimate(row.summaries.get(column), column.metric, interval) for column in chosen]
                for row in rows
            ]
            if styled:
                cells = _with_best(rows, chosen, cells)
            for row, own in zip(rows, cells, strict=True):
                own.append(escaped(coverage(row.summaries, chosen, expected), form))
            heads = [_head(labels[column], column, form, bool(width)) for column in chosen]
            return _draw(rows, names, cells, [*heads, "scored"], form)

        if width is None:
            return Table(draw([_name(row) for row in rows], styled))
        drawn = draw(["m" * LEAST_NAME] * len(rows))
        room = width - max(map(len, drawn.splitlines())) + LEAST_NAME
        if room >= min(longest, LEAST_NAME):
            break
    left_out = [] if interval else ["95 % intervals"]
    left_out += [labels[column] for column in columns[len(chosen) :]]
    return Table(draw(_cut([_name(row) for row in rows], max(room, len("model"))), styled), tuple(left_out))


def wide(
    rows: Sequence[Row],
    labels: Labels,
    form: str,
    width: int | None,
    told: Callable[..., str] = cell,
    styled: bool = False,
) -> Table:
    """One line a model, with all that there is to say of each figure; below one another as many tables as
    ``width`` asks for."""
    if not rows:
        return Table("")

    def draw(columns: Sequence[Column], styled: bool = styled) -> str:
        cells = [[told(row.summaries.get(column), column.metric) for column in columns] for row in rows]
        cells = _with_best(rows, columns, cells) if styled else cells
        heads = [_head(labels[column], column, form) for column in columns]
        return _draw(rows, [_name(row) for row in rows], cells, heads, form)

    blocks: list[list[Column]] = [[]]
    for column in labels:
        trial = draw([*blocks[-1], column], styled=False)
        if width and blocks[-1] and max(map(len, trial.splitlines())) > width:
            blocks.append([])
        blocks[-1].append(column)
    return Table("\n\n".join(map(draw, blocks)))


def _with_best(
    rows: Sequence[Row], columns: Sequence[Column], cells: Sequence[Sequence[str]]
) -> list[list[str]]:
    """The cells, the best of each column strong: of the rows with a value for every item, if there are two,
    and by the figures that are shown. A claim is never the best."""
    found = [list(own) for own in cells]
    for place, column in enumerate(columns):
        figures = {
            number: float(figure(one.mean, column.metric))
            for number, row in enumerate(rows)
            if (one := row.summaries.get(column)) and one.complete and one.mean is not None
            if one.standing != "claimed"
        }
        if len(figures) > 1:
            best = (max if CATALOGUE[column.metric].better == "higher" else min)(figures.values())
            for number in (number for number, value in figures.items() if value == best):
                found[number][place] = strong(found[number][place])
    return found


def marks(row: Row) -> list[str]:
    """What marks a model whose edits are known to be wrong, whose training is to be told of, or whose
    instructions were rewritten."""
    why = {"(!)": row.errata, "(t)": row.trained_on, "(w)": row.rewriter}
    return [mark for mark, reason in why.items() if reason]


def marked(row: Row) -> str:
    """A model's name with its marks."""
    return " ".join([row.model, *marks(row)])


def _name(row: Row) -> str:
    return escaped(marked(row), "plain")


def _draw(
    rows: Sequence[Row], names: Sequence[str], cells: Sequence[Sequence[str]], heads: Sequence[str], form: str
) -> str:
    ranked = any(row.rank is not None for row in rows)
    lines = [
        [*([str(row.rank or "-")] if ranked else []), escaped(name, form), *own]
        for row, name, own in zip(rows, names, cells, strict=True)
    ]
    head = [*(["#"] if ranked else []), "model", *heads]
    return str(tabulate(lines, head, tablefmt=STYLES[form], disable_numparse=True))


def _head(label: str, column: Column, form: str, broken: bool = False) -> str:
    """A column's heading; ``broken`` before what sets it apart, where that makes it narrower."""
    text = arrowed(escaped(label, form), column.metric)
    return text.replace("[", "\n[", 1) if broken and form == "plain" else text


def _cut(names: Sequence[str], room: int) -> list[str]:
    """Names that are at most so long: cut near the middle, where they are still told apart.

    >>> _cut(["qwen_image_edit_first", "identity"], 12)
    ['qwen_…_first', 'identity']
    """
    kept = max(room - 1, 2)

    def at(head: int) -> list[str]:
        tail = kept - head
        return [name if len(name) <= room else f"{name[:head]}…{name[len(name) - tail :]}" for name in names]

    heads = sorted(range(1, kept), key=lambda head: abs(head - kept // 2))
    apart = (short for head in heads if len(set(short := at(head))) == len(set(names)))
    return next(apart, at(kept // 2))
