"""Addresses of folders in stores, and that no command takes one for a path."""

from pathlib import Path

import click
import pytest

from motionedit_bench.cli import cli
from motionedit_bench.cli.options import folder_or_url
from motionedit_bench.errors import UsageError
from motionedit_bench.stores import Url, place

TAKERS = {
    *("run out", "score preds", "score out", "leaderboard table preds", "validate preds", "show pred"),
    *(f"figure {kind} preds" for kind in ("ranking", "categories", "agreement", "qualitative")),
}
"""The parameters that take an address."""


def test_an_address_is_told_from_a_path():
    assert place("s3://bucket/preds/") == Url("s3", ("bucket", "preds"))
    assert place("preds/model") == Path("preds/model")
    assert place("odd:/name") == Path("odd:/name")
    assert place(Path("preds")) == Path("preds")
    assert (str(place("S3://bucket/a")), place("s3://bucket").name) == ("s3://bucket/a", "bucket")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ftp://host/x", "give a folder, or an address with s3://, gs://, hf://"),
        ("s3://", "names no folder"),
        ("s3:///key", "names no folder"),
        ("s3://bucket/../../etc", "names no folder"),
        ("s3://bucket//x", "names no folder"),
    ],
)
def test_addresses_that_lead_nowhere_or_out_are_refused(text, said):
    with pytest.raises(UsageError, match=said):
        place(text)


def verbs(command, names=()):
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from verbs(inner, (*names, name))
    else:
        yield names, command


def test_the_parameters_that_take_addresses_are_these():
    takers = {
        " ".join((*names, parameter.name))
        for names, verb in verbs(cli)
        for parameter in verb.params
        if parameter.type is folder_or_url
    }
    assert takers == TAKERS


def words(verb, tried):
    """A command line with an address for one parameter, and what the verb cannot be called without."""
    for parameter in verb.params:
        if parameter is tried or parameter.required:
            yield from [parameter.opts[0]] if isinstance(parameter, click.Option) else []
            choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else ["identity"]
            yield "s3://bucket/x" if parameter is tried else next(iter(choices))


PATHS = [
    (names, parameter)
    for names, verb in verbs(cli)
    for parameter in verb.params
    if isinstance(parameter.type, click.Path)
]


@pytest.mark.parametrize(("names", "parameter"), PATHS, ids=lambda value: str(getattr(value, "name", value)))
def test_every_other_path_refuses_an_address_in_one_line(mebench, names, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    verb = dict(verbs(cli))[names]
    status, _, err = mebench(*names, *words(verb, parameter))
    assert status == 2
    assert err.count("\n") == 1
    assert "not an address" in err or "does not exist" in err
    assert list(tmp_path.iterdir()) == []


def test_a_submission_goes_to_no_store(mebench, tmp_path, monkeypatch):
    from motionedit_bench.leaderboard.submission.destination import deliver
    from motionedit_bench.leaderboard.submission.packing import Package

    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="a submission cannot go to s3://bucket/board"):
        deliver(Package("mine", {}, 0, 0), "s3://bucket/board")
    assert list(tmp_path.iterdir()) == []
