"""What is written in a figure."""

from matplotlib.text import Text


def texts(figure):
    """All that is written and seen, lines joined."""
    found = (one for one in figure.findobj(Text) if one.get_visible())
    return {one.get_text().replace("\n", "") for one in found} - {""}
