"""A served judge before a server on loopback, asked one question."""

from PIL import Image

from helpers.tiny_judge_server import judging
from motionedit_bench.calls.pace import Pace
from motionedit_bench.metrics.judge.model import Call
from motionedit_bench.metrics.judge.rubric import question
from motionedit_bench.metrics.judge.served import Served
from motionedit_bench.metrics.judge.shown import Shown


def call(name="rubric", repeat=0, instruction="Raise the left arm."):
    pictures = [Shown.of(Image.new("RGB", (32, 24), colour)) for colour in ("red", "blue")]
    return Call(question(name), instruction, pictures, repeat)


def served(tiny, provider="openai", **choices):
    choices = {"pace": Pace(tries=3, backoff=0.01, timeout=300)} | choices
    return Served(provider, "m", tiny.url, **choices)


def in_turn(*replies):
    """Each request gets the next reply; the last one stays."""
    return lambda asked, before: replies[min(before, len(replies) - 1)]


def ask(reply, one=None, **choices):
    with judging(reply) as tiny:
        model = served(tiny, **choices)
        try:
            return model.ask(one or call()), tiny
        finally:
            model.close()
