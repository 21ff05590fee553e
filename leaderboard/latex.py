"""Boards as LaTeX to be pasted into a paper, which needs `booktabs` and no other package; pure.

Of each column the best figure is bold and the second underlined, equal ones alike, among models that have
a rank and a figure for every item; nothing else is compared. Intervals are printed as ``[low, high]``: those
of a bootstrap are not symmetric, so that no half width would be true.
"""

from collections.abc import Mapping, Sequence

from motionedit_bench.leaderboard.blocks import PUBLISHED, Block, blocks
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.columns import column_of
from motionedit_bench.leaderboard.escaping import latex
from motionedit_bench.leaderboard.labels import MARKS, cell, column_labels, coverage, figure, how, legend
from motionedit_bench.leaderboard.notes import notes, standings, warnings
from motionedit_bench.leaderboard.published import SOURCE
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.tables import marked
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.texts import visible

NEEDS = "% needs \\usepackage{booktabs}"
NONE = "--"
ARROWS = {"higher": r" $\uparrow$", "lower": r" $\downarrow$", None: ""}
MARKED = "Best in bold, second underlined, among models with a rank."

PAPER = {
    "Generative": {
        "overall": "Overall",
        "fidelity": "Fidelity",
        "preservation": "Preservation",
        "coherence": "Coherence",
    },
    "Discriminative": {"mas": "MAS"},
    "Preference": {"win_rate": "Win rate"},
}
"""The columns of the paper's Table 1, by what they are."""

PRINTED = ("(!) ", "(t) ", "(w) ")
"""How the notes begin that are printed: they say what a mark beside a model's name means."""

Labels = Mapping[Column, str]


def board_text(board: Board, labels: Labels, published: Sequence[Row] = (), wide: bool = False) -> str:
    """The board with these columns, each mean beside its interval; ``wide`` with each figure's coverage."""
    parts = [NEEDS, *(_line(text) for text in warnings(board))]
    for block in blocks(board):
        there = board.columns_of(block.rows)
        own = {one: label for one, label in labels.items() if not wide or one in there}
        parts += [_line(f"{block.heading}:")] if block.heading else []
        parts.append(_measured(block, own, wide))
    if published:
        parts += [_line(f"{PUBLISHED}:"), _published(published)]
    return "\n\n".join([*parts, *_told(board), _comments(board, list(labels), narrow=not wide)])


def paper_text(board: Board, published: Sequence[Row] = ()) -> str:
    """The board in the layout of the paper's Table 1: means alone, and the paper's own rows below a rule.

    A model that lacks a column has ``--`` there; one with figures for a part of the items says of how many.
    """
    metrics = [metric for group in PAPER.values() for metric in group]
    there = {column.metric for column in board.columns}
    columns = {metric: column_of(board, metric) for metric in metrics if metric in there}
    groups = [
        [row for row in board.rows if row.rank is not None and not row.rewriter],
        [row for row in board.rows if row.rank is None and not row.rewriter and row.source != "claimed"],
        [row for row in board.rows if row.rewriter and row.source != "claimed"],
        [row for row in board.rows if row.source == "claimed"],
    ]
    emphasis = {column: _emphasis(groups[0], column) for column in columns.values()}
    lines = [
        _spanning(),
        _row(["Model", *(_head(name, m) for own in PAPER.values() for m, name in own.items())]),
    ]
    for rows in filter(None, groups):
        lines.append(r"\midrule")
        compared = emphasis if rows is groups[0] else {}
        for place, row in enumerate(rows):
            cells = [
                _mean(
                    row.summaries.get(columns[metric]),
                    metric,
                    compared.get(columns[metric], {}).get(place, ""),
                )
                if metric in columns
                else NONE
                for metric in metrics
            ]
            lines.append(_row([_partly(row, list(columns.values())), *cells]))
    if published:
        lines += [
            r"\midrule",
            rf"\multicolumn{{{1 + len(metrics)}}}{{l}}{{\emph{{{latex(_as_published())}}}}} \\",
        ]
        for row in published:
            found = {column.metric: one for column, one in row.summaries.items()}
            lines.append(_row([_name(row), *(_mean(found.get(metric), metric) for metric in metrics)]))
    ways = [f"{column.metric}: {how(column)}" for column in columns.values() if how(column)]
    told = [_line(f"{'; '.join(ways)}.")] if ways else []
    table = _tabular("l" + "r" * len(metrics), lines)
    return "\n\n".join([NEEDS, table, *told, *_told(board), _comments(board, list(columns.values()), True)])


def _as_published() -> str:
    return f"As published ({SOURCE}), by another flow and judge"


def _measured(block: Block, labels: Labels, wide: bool) -> str:
    """A block of rows; those without a rank below a rule."""
    ranked = [row for row in block.rows if row.rank is not None]
    others = [row for row in block.rows if row.rank is None]
    head = ["model", *(rf"\multicolumn{{2}}{{c}}{{{_head(label, c.metric)}}}" for c, label in labels.items())]
    lines = [_row([*([r"\#"] if ranked else []), *head, *([] if wide else ["scored"])])]
    emphasis = {column: _emphasis(ranked, column) for column in labels}
    for rows in filter(None, (ranked, others)):
        lines.append(r"\midrule")
        for place, row in enumerate(rows):
            cells = [str(row.rank or NONE)] if ranked else []
            cells.append(_name(row))
            for column in labels:
                found = row.summaries.get(column)
                command = emphasis[column].get(place, "") if rows is ranked else ""
                cells += [_mean(found, column.metric, command), _interval(found, column.metric, wide)]
            cells += [] if wide else [latex(coverage(row.summaries, labels, block.expected))]
            lines.append(_row(cells))
    spec = ("r" if ranked else "") + "l" + r"r@{\ }r" * len(labels) + ("" if wide else "r")
    return _tabular(spec, lines)


def _published(rows: Sequence[Row]) -> str:
    """The paper's rows: nothing of them is compared."""
    labels = column_labels(dict.fromkeys(column for row in rows for column in row.summaries))
    lines = [_row(["model", *(_head(label, column.metric) for column, label in labels.items())]), r"\midrule"]
    for row in rows:
        cells = [_mean(row.summaries.get(column), column.metric) for column in labels]
        lines.append(_row([_name(row), *cells]))
    return _tabular("l" + "r" * len(labels), lines)


def _emphasis(ranked: Sequence[Row], column: Column) -> dict[int, str]:
    """By place of a row, the command for its figure: best and second of those that are whole, as printed.
    A claim is neither."""
    printed = {
        place: float(figure(found.mean, column.metric))
        for place, row in enumerate(ranked)
        if (found := row.summaries.get(column)) is not None and found.mean is not None and found.complete
        if found.standing != "claimed"
    }
    higher = CATALOGUE[column.metric].better == "higher"
    order = sorted(set(printed.values()), reverse=higher)
    if len(printed) < 2:
        return {}
    commands = dict(zip(order, (r"\textbf", r"\underline"), strict=False))
    return {place: commands[value] for place, value in printed.items() if value in commands}


def _mean(found: Summary | None, metric: str, command: str = "") -> str:
    if found is None or found.mean is None:
        return NONE
    number = _number(figure(found.mean, metric))
    mark = f" {MARKS[found.standing]}" if found.standing in MARKS else ""
    return (f"{command}{{{number}}}" if command else number) + mark


def _interval(found: Summary | None, metric: str, wide: bool) -> str:
    """The interval, and ``wide`` all else that there is to say of a figure."""
    if found is None or found.mean is None:
        return latex(cell(found, metric).removeprefix("-").strip()) if wide else ""
    ends = [_number(figure(end, metric)) for end in found.ci95 or ()]
    parts = [f"[{', '.join(ends)}]"] if ends else []
    if found.spread is not None:
        parts.append(rf"$\pm$\,{figure(found.spread, metric)}")
    if wide and (found.ci95 or found.statuses):
        parts.append(f"{found.scored}/{found.expected}")
    worst = found.mean_failed_as_worst
    if wide and worst is not None and not found.complete:
        parts[-1:] = [f"{parts[-1]}, as worst {_number(figure(worst, metric))}"]
    return rf"{{\scriptsize {' '.join(parts)}}}" if parts else ""


def _number(text: str) -> str:
    """With a minus, which is no hyphen."""
    return text.replace("-", "$-$")


def _name(row: Row) -> str:
    r"""A model's name; what ``\\`` or a rule before it would take for theirs is kept from them."""
    text = latex(marked(row))
    return f"{{}}{text}" if text.lstrip().startswith(("[", "*", "(")) else text


def _partly(row: Row, columns: Sequence[Column]) -> str:
    found = [row.summaries[column] for column in columns if column in row.summaries]
    if all(one.complete for one in found):
        return _name(row)
    there = [column for column in columns if column in row.summaries]
    return rf"{_name(row)} {{\scriptsize {latex(coverage(row.summaries, there, found[0].expected))}}}"


def _head(label: str, metric: str) -> str:
    return latex(label) + ARROWS[CATALOGUE[metric].better]


def _spanning() -> str:
    """The heading above the paper's columns."""
    cells, rules, place = [""], [], 2
    for name, own in PAPER.items():
        cells.append(rf"\multicolumn{{{len(own)}}}{{c}}{{{name}}}")
        rules.append(rf"\cmidrule(lr){{{place}-{place + len(own) - 1}}}")
        place += len(own)
    return _row(cells) + "\n" + " ".join(rules)


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _tabular(spec: str, lines: Sequence[str]) -> str:
    body = "\n".join([r"\toprule", *lines, r"\bottomrule"])
    return f"\\begin{{tabular}}{{{spec}}}\n{body}\n\\end{{tabular}}"


def _line(text: str) -> str:
    """A line of small print."""
    return rf"\par\noindent{{\footnotesize {latex(text)}}}"


def _told(board: Board) -> list[str]:
    """What must be printed below: what is emphasised, and what the marks mean."""
    told = [MARKED] if sum(row.rank is not None for row in board.rows) > 1 else []
    key = legend(standings(board))
    told += [f"{key}."] if key else []
    told += [line for line in notes(board, ()) if line.startswith(PRINTED)]
    return [_line(text) for text in told]


def _comments(board: Board, shown: Sequence[Column], narrow: bool) -> str:
    """All else that stands under a table, for whoever reads the source."""
    told = (line for line in notes(board, shown, narrow) if not line.startswith(PRINTED))
    return "\n".join(f"% {visible(line)}" for line in told)
