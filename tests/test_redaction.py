"""Keys are taken out of texts in whichever spelling they stand."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.redaction import Redaction

KEY = "sk-proj/ab+c_12~34567890"


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        KEY[:-1],
        KEY[:20],
        KEY.replace("/", "\\/"),
        quote(KEY, safe=""),
        quote_plus(KEY),
        quote(quote(KEY, safe=""), safe=""),
        json.dumps("".join(f"\\u{ord(one):04x}" for one in KEY)),
        "".join(f"%{ord(one):02X}" for one in KEY),
        "".join(f"&#{ord(one)};" for one in KEY),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
    ],
)
def test_in_any_spelling(spelled):
    told = Redaction([None, "", KEY])(f"before {spelled} after")
    assert told.startswith("before ")
    assert told.endswith(" after")
    assert "[key]" in told
    assert KEY[4:12] not in told
    assert spelled[4:16] not in told


@given(st.binary(max_size=5), st.binary(max_size=5))
def test_within_longer_base64(before, after):
    text = base64.b64encode(before + KEY.encode() + after).decode()
    assert "[key]" in Redaction([KEY])(text)


def test_addresses_lose_their_passwords_and_nothing_else_changes():
    clean = Redaction([KEY], "[KEY]")
    assert clean("https://me:secret@host/v1?a=b@c") == "https://[credentials]@host/v1?a=b@c"
    assert clean("write to a@b.c // or not") == "write to a@b.c // or not"
    assert clean(f"{KEY} and {KEY}") == "[KEY] and [KEY]"


def test_what_is_too_short_for_a_secret_stays_and_short_ones_are_words():
    clean = Redaction(["g", "abc", "EMPTY"])
    assert clean("g abc EMPTY EMPTYING") == "g abc [key] EMPTYING"
    assert not clean.holds("good")


@given(st.text(max_size=60))
def test_no_other_text_changes(text):
    assert Redaction(["0123456789abcdef"])(text) == text or "@" in text
