"""Reads tables in LaTeX as strictly as TeX does: braces, environments, as many cells in a row as columns."""

import re

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexWalker

KNOWN = get_default_latex_context_db()
KNOWN.add_context_category(
    "here",
    prepend=True,
    macros=[
        MacroTextSpec("textasciigrave", "`"),
        MacroTextSpec("textbar", "|"),
        MacroTextSpec("textasciicircum", "^"),
        MacroTextSpec("scriptsize", ""),
    ],
)


def printed(source):
    """What a piece of LaTeX prints, as text."""
    nodes, _, _ = LatexWalker(source, tolerant_parsing=False).get_latex_nodes()
    text = LatexNodes2Text(latex_context=KNOWN, keep_comments=False, strict_latex_spaces=True)
    return text.nodelist_to_text(nodes).strip()


def tables(source):
    """The rows of each table in a text as lists of cells in LaTeX; cells that span several are repeated."""
    nodes, _, _ = LatexWalker(source, tolerant_parsing=False).get_latex_nodes()
    found = []
    for node in nodes:
        if isinstance(node, LatexEnvironmentNode):
            assert node.environmentname == "tabular"
            spec, body = re.fullmatch(
                r"\\begin\{tabular\}\{((?:[lr]|@\{\\ \})+)\}\n(.*)\\end\{tabular\}",
                node.latex_verbatim(),
                re.S,
            ).groups()
            found.append([_cells(line, len(re.sub(r"@\{\\ \}", "", spec))) for line in _rows(body)])
    return found


def _rows(body):
    lines = body.rstrip("\n").split("\n")
    assert (lines[0], lines[-1]) == (r"\toprule", r"\bottomrule")
    for line in lines[1:-1]:
        if line != r"\midrule" and not line.startswith(r"\cmidrule"):
            assert line.endswith(r" \\")
            assert not line.lstrip().startswith(
                ("[", "*")
            )  # which the row's end before it would take for its own
            yield line.removesuffix(r" \\")


def _cells(line, count):
    cells = []
    for cell in re.split(r"(?<!\\)&", line):
        spanned = re.fullmatch(r" ?\\multicolumn\{(\d)\}\{[lcr]\}\{(.*)\} ?", cell)
        cells += [spanned[2]] * int(spanned[1]) if spanned else [cell.strip()]
    assert len(cells) == count, line
    return cells
