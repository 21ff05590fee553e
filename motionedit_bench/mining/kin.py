"""Videos that show the same: copies, other encodings and other cuts of one film go into one split."""

from collections.abc import Iterable, Mapping

from motionedit_bench.mining.records import Decision

Kin = Mapping[str, str]
"""From the SHA-256 of a video to the least one of all that show the same; others have none but themselves."""


def kin_of(videos: Mapping[str, str], decisions: Iterable[Decision]) -> Kin:
    """The videos that a duplicate joins, directly or by others between them.

    ``videos`` has the video of each pair, by the pair's id. The order of the decisions does not matter.
    """
    leaders: dict[str, str] = {}

    def leader(video: str) -> str:
        while (above := leaders.setdefault(video, video)) != video:
            leaders[video] = leaders.setdefault(above, above)
            video = above
        return video

    for one in decisions:
        if one.rule == "duplicate" and one.other is not None and videos[one.id] != videos[one.other]:
            first, second = sorted(leader(videos[name]) for name in (one.id, one.other))
            leaders[second] = first
    return {video: leader(video) for video in sorted(leaders)}
