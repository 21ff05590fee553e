"""Groups of matched points that move together: one rigid motion after another.

A matched point of SIFT brings a similarity of its own: how far it moved, turned and grew. Each is a
guess for the motion of the points around it. The guess that most points agree with becomes a group; its
points leave, and the next is looked for. Nothing is drawn at random.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.flow.keypoints import Matches, Points

Matrix = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]

MOST = 10
"""Groups."""
LEAST = 4
"""Points of a group."""
GUESSES = 500
"""Points that may guess, for each group; evenly spaced among all that are left."""
TOLERANCE = 0.012
"""How far a point may lie from where the group takes it, as a share of the diagonal."""
GROWTH = 0.08
"""What is tolerated beyond that, as a share of the distance to the point that guesses."""
REACH = 0.25
"""How far a guess reaches, as a share of the diagonal."""
TURN, SCALE = 0.5, 0.5
"""How much the similarities of two points may differ, radians and natural logarithm."""
AFFINE = 12
"""Points from which on a group's motion may shear and stretch."""


@dataclass(frozen=True)
class Group:
    """A motion, and the points of the first picture that carry it out.

    Attributes:
        matrix: (2, 3): a place (x, y, 1) of the first picture to its place in the second.
        places: (N, 2), pixels.
    """

    matrix: Matrix
    places: Points


def find_groups(matches: Matches, diagonal: float) -> list[Group]:
    """The groups of matched points, the largest first."""
    groups: list[Group] = []
    left = np.ones(len(matches.first), dtype=bool)
    while len(groups) < MOST and left.sum() >= LEAST:
        index = np.flatnonzero(left)
        chosen = _most_agreed(matches.first[index], matches.second[index], diagonal)
        members = np.zeros_like(left)
        members[index[chosen]] = True
        if members.sum() < LEAST:
            break
        matrix, members = _settled(matches, members, left, diagonal)
        groups.append(Group(matrix, matches.first[members, :2]))
        left &= ~members
    return groups


def _most_agreed(first: Points, second: Points, diagonal: float) -> Chosen:
    """The points that agree with the guess of the one that most agree with."""
    guesses = np.unique(np.linspace(0, len(first) - 1, min(GUESSES, len(first))).astype(int))
    scale = np.clip(second[:, 2] / first[:, 2], 0.3, 3)
    turn = second[:, 3] - first[:, 3]
    cosine, sine = (scale * np.cos(turn))[guesses, None], (scale * np.sin(turn))[guesses, None]
    x, y = (first[None, :, axis] - first[guesses, None, axis] for axis in (0, 1))
    off_x = second[guesses, None, 0] + cosine * x - sine * y - second[None, :, 0]
    off_y = second[guesses, None, 1] + sine * x + cosine * y - second[None, :, 1]
    distance = np.hypot(x, y)
    turned = np.abs((turn[None] - turn[guesses, None] + np.pi) % (2 * np.pi) - np.pi)
    grown = np.abs(np.log(scale[None] / scale[guesses, None]))
    agree = np.hypot(off_x, off_y) < TOLERANCE * diagonal + GROWTH * distance
    agree &= (distance < REACH * diagonal) & (turned < TURN) & (grown < SCALE)
    chosen: Chosen = agree[agree.sum(1).argmax()]
    return chosen


def _settled(matches: Matches, members: Chosen, left: Chosen, diagonal: float) -> tuple[Matrix, Chosen]:
    """The motion of those points, and all that are left which follow it; three times."""
    first, second = matches.first[:, :2], matches.second[:, :2]
    for _ in range(3):
        fit = affine if members.sum() >= AFFINE else similarity
        matrix = fit(first[members], second[members])
        off = first @ matrix[:, :2].T + matrix[:, 2] - second
        followers = left & (np.hypot(off[:, 0], off[:, 1]) < TOLERANCE * diagonal)
        if followers.sum() < LEAST:
            break
        members = followers
    return matrix, members


def similarity(first: Points, second: Points) -> Matrix:
    """The shift, turn and growth that take points (N, 2) to others with the least square error."""
    centre, other = first.mean(0), second.mean(0)
    (x, y), (u, v) = (first - centre).T, (second - other).T
    total = (x * x + y * y).sum() + 1e-9
    cosine, sine = (x * u + y * v).sum() / total, (x * v - y * u).sum() / total
    turned = np.array([[cosine, -sine], [sine, cosine]])
    return np.hstack([turned, (other - turned @ centre)[:, None]])


def affine(first: Points, second: Points) -> Matrix:
    """The affine motion of the least square error, drawn a little towards `similarity`.

    That keeps points along a line from shearing the picture.
    """
    nearby = similarity(first, second)
    centre = first.mean(0)
    around = first - centre
    rest = second - (first @ nearby[:, :2].T + nearby[:, 2])
    spread = 1e-3 * np.trace(around.T @ around) + 1e-9
    change = np.linalg.solve(around.T @ around + spread * np.eye(2), around.T @ rest).T
    fitted: Matrix = nearby + np.hstack([change, -(change @ centre)[:, None]])
    return fitted
