"""An object store that speaks S3: texts pass through, all other bytes by addresses that soon end."""

import re

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from routines.library.films import Video
from routines.videos import files
from storefront.media import objects
from storefront.settings import Settings
from storefront.settings_check import delivery_problems
from tests.routines.videos.conftest import VTT, tell
from tests.routines.videos.test_delivery import BYTES, FILES, FILM, People, base_of
from tests.routines.videos.test_derive import run
from tests.routines.videos.test_gated_delivery import subscribe
from tests.routines.videos.test_pruning import age

ANA = "ana@example.org"
KEY = {
    "media_s3_access_key_id": "key",
    "media_s3_secret_access_key": "secret",
    "media_s3_bucket": "media",
}


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=address, region_name="eu-central-1",
                          aws_access_key_id="key", aws_secret_access_key="secret")  # fmt: skip
    client.create_bucket(Bucket="media", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})  # fmt: skip
    client.close()
    yield address
    server.stop()


@pytest.fixture
def settings(settings, endpoint):
    return settings.model_copy(update={"delivery": "s3", "media_s3_endpoint": endpoint, **KEY})


@pytest.fixture
def people(app, client, routine, settings, tmp_path):
    for name, content in FILES.items():
        file = tmp_path / "pack" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    files.bring_in(tmp_path / "pack", settings)
    assert files.bring_in(tmp_path / "pack", settings) == 0
    tell(app, Video(**FILM, opens_for=("newsletter",)))
    subscribe(app, ANA)
    return People(app, client)


def test_film_and_segments_lead_to_signed_addresses_and_texts_pass_through(people, endpoint):
    base = base_of(people.ask(ANA))

    for name in ("film.mp4", "film-hls/360/00001.m4s"):
        answer = people.get(ANA, base + name)
        assert (answer.status_code, b"canary" in answer.data) == (302, False)
        assert answer.location.startswith(f"{endpoint}/media/gated/{name}?")
        assert f"X-Amz-Expires={files.SIGNED_SECONDS}" in answer.location
        assert base.split("/")[2] not in answer.location  # the grant stays here
        assert answer.headers["Cache-Control"] == "private, no-store"
        part = requests.get(answer.location, headers={"Range": "bytes=5-9"}, timeout=30)
        assert (part.status_code, part.content) == (206, BYTES[5:10])
    for name in ("film-hls/master.m3u8", "film-hls/360/index.m3u8", "film.vtt"):
        answer = people.get(ANA, base + name)
        assert (answer.status_code, answer.data) == (200, FILES[name])


def test_nobody_else_gets_an_address_or_a_word(people):
    base = base_of(people.ask(ANA))

    for name in ("film.mp4", "film-hls/master.m3u8", "film-hls/360/00001.m4s", "film.vtt"):
        answer = people.get(None, base + name)
        assert answer.status_code == 403
        assert "X-Amz" not in answer.text + str(answer.headers)
        assert b"canary" not in answer.data


def test_an_upload_is_put_there_and_so_are_its_still_and_preview(
    app, client, routine, clip, settings, people
):
    assert run(app, "import", str(clip), "--routine", routine).exit_code == 0
    there = objects.store(settings)

    assert there.has("gated/_uploads/hamstring-follow-along/r1/90.mp4")
    assert there.has("gated/_uploads/hamstring-follow-along/r1/hls/master.m3u8")
    assert not there.has("gated/_uploads/hamstring-follow-along/r1/master.mp4")
    words = settings.storefront_data / "words.vtt"
    words.write_bytes(VTT)
    name = run(app, "captions", "hamstring-follow-along", str(words)).output.split()[-1][:-1]
    assert there.read(f"gated/_uploads/hamstring-follow-along/r1/{name}") == VTT
    assert run(app, "check").output == "No problems.\n"
    other = settings.storefront_data / "gated/_uploads/hamstring-follow-along/r9/90.mp4"
    other.parent.mkdir()
    other.write_bytes(b"x")
    there.put("gated/_uploads/hamstring-follow-along/r9/90.mp4", other)
    age(other.parent)
    assert run(app, "prune", "--remove").output.endswith("1 removed.\n")
    assert not there.has("gated/_uploads/hamstring-follow-along/r9/90.mp4")
    assert there.has("gated/_uploads/hamstring-follow-along/r1/90.mp4")
    for file in (settings.storefront_data / "media").glob("hamstring-follow-along-r1-*"):
        file.unlink()
    answer = client.get(
        re.search(r"/media/[\w-]+-preview\.mp4", client.get("/routines/hamstring").text)[0]
    )
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "public, max-age=1800"
    assert requests.get(answer.location, timeout=30).content[4:8] == b"ftyp"
    policy = client.get("/routines/hamstring").headers["Content-Security-Policy"]
    assert f"media-src 'self' {settings.media_s3_endpoint}" in policy


def test_settings_that_lack_something_are_told_at_the_start():
    lacks = delivery_problems(Settings(delivery="s3", media_s3_endpoint="http://store.example"))

    assert [lack.split()[-1] for lack in lacks[:3]] == ["MEDIA_S3_BUCKET.", "MEDIA_S3_ACCESS_KEY_ID.", "MEDIA_S3_SECRET_ACCESS_KEY."]  # fmt: skip
    assert lacks[-1] == "MEDIA_S3_ENDPOINT must begin with https://."
    assert delivery_problems(Settings()) == []
