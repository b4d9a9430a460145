"""Captions: what is taken, and what is refused with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.videos import captions
from storefront.errors import Invalid
from tests.routines.videos.conftest import VTT

HEAD = "WEBVTT\n\n"


def test_good_captions_are_taken_and_read_as_text():
    text = captions.checked(b"\xef\xbb\xbf" + VTT.replace(b"\n", b"\r\n"), 2000)

    assert captions.transcript(text) == (captions.Said("0:00", "Lie on your back."), captions.Said("0:01", "Breathe."))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", 1),
        ("WEBVTTX\n", 1),
        (HEAD + "00:01.0 --> 00:02.000\nA\n", 3),
        (HEAD + "0:01.000 --> 0:02.000\nA\n", 3),
        (HEAD + "00:00.000-->00:01.000\nA\n", 3),
        (HEAD + "00:02.000 --> 00:01.000\nA\n", 3),
        (HEAD + "00:01.000 --> 00:01.000\nA\n", 3),
        (HEAD + "00:01.000 --> 00:01.500\nA\n\n00:00.500 --> 00:01.500\nB\n", 6),
        (HEAD + "00:00.000 --> 00:09.000\nA\n", 3),
        (HEAD + "00:61.000 --> 00:62.000\nA\n", 3),
        (HEAD + "00:00.000 --> 00:01.000\nA\x00\n", 4),
        (HEAD + "Words without times.\n", 4),
    ],
)
def test_wrong_captions_are_refused_with_their_line(text, line):
    with pytest.raises(Invalid, match=f"^Line {line} "):
        captions.checked(text.encode(), 2000)


def test_other_encodings_and_sizes_are_refused():
    with pytest.raises(Invalid, match="Line 4: this is not UTF-8"):
        captions.checked(HEAD.encode() + b"00:00.000 --> 00:01.000\nn\xe4chste\n", 2000)
    with pytest.raises(Invalid, match="larger than 1 MB"):
        captions.checked(VTT + b"a" * 1_000_000, 2000)


@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda text: (HEAD + text).encode())
    )
)
def test_whatever_comes_is_read_or_refused(raw):
    try:
        text = captions.checked(raw, 2000)
    except Invalid:
        return
    captions.transcript(text)
