"""Sizes that adapters give their pipelines."""

MEGAPIXEL = 1024 * 1024


def scaled(size: tuple[int, int], area: int, multiple: int) -> tuple[int, int]:
    """Width and height of about that area, in the proportions of ``size``, floored to multiples.

    >>> scaled((1280, 720), 1024 * 1024, 16)
    (1360, 768)
    """
    factor: float = (area / (size[0] * size[1])) ** 0.5
    width, height = (max(multiple, round(side * factor) // multiple * multiple) for side in size)
    return width, height
