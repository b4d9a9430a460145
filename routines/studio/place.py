"""Where the studio hangs, and who of the staff may come to each of its addresses."""

from storefront.public import AUTHORS, DeskLink, DeskPlace, Rule

ROOM = "routines_backoffice_studio"
VIEWS = (
    "home", "new_page", "new", "start", "delete", "retire_page", "retire",
    "edit", "save", "preview", "preview_typed", "preview_page", "timeline_page", "video_file",
    "history", "compare", "restore", "restore_published",
    "review", "send", "take_back", "send_back", "approve", "publish", "schedule", "unschedule",
    "download", "import_page", "import_file", "seen", "seen_page", "share_list", "share_make", "share_revoke",
    "films", "upload_film", "film_page", "film_again", "film_words", "film_replace", "film_discard",
)  # fmt: skip
RULES = {f"{ROOM}.{view}": Rule(AUTHORS) for view in VIEWS}
PLACE = DeskPlace(
    "/studio",
    RULES,
    (
        DeskLink("Studio", f"{ROOM}.home", "Write"),
        DeskLink("Films", f"{ROOM}.films", "Write"),
    ),
)
