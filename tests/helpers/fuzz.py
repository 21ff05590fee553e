"""Random damage to submissions: the readers of archives and of JSON refuse it, and never fail otherwise.

``PYTHONPATH=tests python -m helpers.fuzz --seconds 1800`` goes on for as long as that; a failure names seed
and round, with which it is made again.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from helpers.honest_submission import look_at, prepare, seal
from helpers.hostile import zipped
from helpers.pictures import make_benchmark
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.parsing import parse
from motionedit_bench.leaderboard.submission.reading import Hostile
from motionedit_bench.leaderboard.submission.verdict import table

TOKENS = (
    *(b"null", b"true", b"-0", b"1e400", b"NaN", b'"\\ud800"', b"[]", b"{}", b'{"a":1,"a":2}', b"9" * 400),
    *(b"[" * 200, b'"' + b"x" * 30_000 + b'"', b"\x00", b"\xff", b"\xef\xbb\xbf", b"\\u202e", b"<script>"),
    *(b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"../", b"/etc/passwd"),
)


def damage(rng: random.Random, content: bytes) -> bytes:
    """The bytes with a few places changed, cut out, doubled or replaced by something that readers dislike."""
    found = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        place, other = rng.randrange(len(found) + 1), rng.randrange(len(found) + 1)
        low, high = min(place, other), max(place, other)
        match rng.randrange(6):
            case 0 if place < len(found):
                found[place] = rng.randrange(256)
            case 1 if place < len(found):
                found[place] ^= 1 << rng.randrange(8)
            case 2:
                del found[low : min(high, low + rng.choice((1, 4, 64)))]
            case 3:
                found[place:place] = found[low : min(high, low + 64)]
            case 4:
                found[place:place] = rng.choice(TOKENS)
            case _:
                found[low : low + 4] = rng.choice((b"\0" * 4, b"\xff" * 4, rng.randbytes(4)))
    return bytes(found)


class Fuzzer:
    """Rounds of damage to one honest submission."""

    def __init__(self, place: Path) -> None:
        self.honest = place / "honest"
        self.benchmark = open_benchmark(str(place / "bench"))
        self.archive = zipped(self.honest).read_bytes()
        self.bounds = Bounds(len(self.benchmark.items))
        self.texts = {path.name: path.read_bytes() for path in sorted(self.honest.glob("*.json*"))}

    def round(self, seed: int, number: int, place: Path) -> str:
        """One round; what came of it. Whatever else than a refusal is raised is a failure of the readers."""
        rng = random.Random(f"{seed}-{number}")
        return rng.choice((self._archive, self._archive, self._json, self._json, self._file))(rng, place)

    def _archive(self, rng: random.Random, place: Path) -> str:
        path = place / "fuzzed.zip"
        path.write_bytes(damage(rng, self.archive))
        try:
            with open_contents(path, self.bounds) as contents:
                read = {name: contents.read(name) for name in contents.sizes}
        except Hostile:
            return "archive refused"
        assert sum(map(len, read.values())) <= self.bounds.images + 10 * self.bounds.of("scores.jsonl")
        return "archive read"

    def _json(self, rng: random.Random, place: Path) -> str:
        line = rng.choice(rng.choice(list(self.texts.values())).splitlines())
        content = damage(rng, line)
        try:
            value = parse(content)
        except ValueError:
            return "text refused"
        assert json.loads(content) == value, content
        return "text parsed"

    def _file(self, rng: random.Random, place: Path) -> str:
        """A whole check of a submission of which one file is damaged, its checksums made right again."""
        folder = place / "submission"
        folder.mkdir(exist_ok=True)
        chosen = rng.choice(list(self.texts))
        for name, content in self.texts.items():
            (folder / name).write_bytes(damage(rng, content) if name == chosen else content)
        if chosen != "checksums.json":
            seal(folder)
        verdict = look_at(folder, self.benchmark, sample=0)
        assert all(character.isprintable() or character == "\n" for character in table(verdict))
        assert verdict.word != "verified"
        return f"submission {verdict.word.split()[0]}"


def fuzz(place: Path, seconds: float, seed: int, most: int = sys.maxsize) -> Counter[str]:
    """Rounds for so many seconds, or so many rounds; counts what came of them."""
    fuzzer, counts, number = Fuzzer(place), Counter[str](), 0
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as scratch:
        while time.monotonic() < end and number < most:
            try:
                counts[fuzzer.round(seed, number, Path(scratch))] += 1
            except BaseException as error:
                error.add_note(f"seed {seed}, round {number}")
                raise
            number += 1
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.seconds:g} seconds", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        make_benchmark(place / "bench", 3)
        counts = fuzz(prepare(place, place / "bench"), asked.seconds, asked.seed)
    print(f"{sum(counts.values())} rounds: {dict(counts.most_common())}")


if __name__ == "__main__":
    main()
