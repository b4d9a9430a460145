"""Public pictures are sent; nothing else that lies on the disk is."""

import pytest

import storefront


@pytest.fixture
def shop(demo_app):
    return demo_app.test_client()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("product-roller-480.avif", "image/avif"),
        ("product-roller-900.jpg", "image/jpeg"),
        ("tool.svg", "image/svg+xml"),
    ],
)
def test_a_picture_comes_with_its_type_and_may_be_kept(shop, name, kind):
    answer = shop.get(f"/media/{name}", buffered=True)

    assert answer.status_code == 200
    assert answer.mimetype == kind
    assert answer.headers["Cache-Control"] == "public, max-age=604800"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_that_has_not_changed_is_not_sent_again(shop):
    etag = shop.get("/media/tool.svg", buffered=True).headers["ETag"]

    assert (
        shop.get("/media/tool.svg", headers={"If-None-Match": etag}, buffered=True).status_code
        == 304
    )


def test_a_drawing_can_run_nothing(shop):
    policy = shop.get("/media/tool.svg", buffered=True).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy


@pytest.mark.parametrize(
    "name",
    [
        "media.json", "gated/clip-supine.mp4", "gated%2fclip-supine.mp4", "..%2fcatalog%2fcollections.toml",
        "../../../pyproject.toml", "%2e%2e%2f%2e%2e%2fx.svg", "/etc/passwd", "never.svg", "tool.svg%00.svg",
        "%00.svg", "tool", ".svg", "x" * 3000 + ".svg", "%ED%A0%80.svg", "C:%5Cx.svg", "gated.svg",
    ],
)  # fmt: skip
def test_nothing_else_is_sent(shop, name):
    assert shop.get(f"/media/{name}", buffered=True).status_code == 404


def test_the_shops_own_folder_comes_first_and_the_drawings_last(settings, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "roller.png").write_bytes(b"\x89PNG")
    app = storefront.create_app(
        settings.model_copy(update={"media_root": str(tmp_path / "mine")})
    )
    client = app.test_client()

    assert client.get("/media/roller.png", buffered=True).data == b"\x89PNG"
    assert client.get("/media/tool.svg", buffered=True).status_code == 200
    assert client.get("/media/product-roller-900.jpg", buffered=True).status_code == 404
