"""The drawn figure, for shops without rendered pictures of the body: where things lie on it.

The figure is 300 wide and 560 high. Points lie on its right half and places on its left, so that
their marks stay apart.
"""

WIDTH, HEIGHT = 300, 560

Position = tuple[float, float]

POINTS: dict[str, dict[str, Position]] = {
    "back": {
        "skull-edge": (163, 80), "neck-base": (168, 108), "shoulder-top": (197, 121),
        "between-shoulder-blades": (172, 154), "lower-back-side": (172, 232), "glute-side": (194, 271),
        "glute-centre": (170, 291), "sit-bone-edge": (166, 322), "inner-hamstring": (162, 364),
        "outer-hamstring": (190, 360), "calf-centre": (172, 438), "calf-outer": (187, 464),
    },
    "front": {
        "chest-front": (126, 152), "forearm-extensor": (68, 230), "forearm-flexor": (232, 230),
        "hip-crease": (116, 282), "thigh-front": (122, 346), "shin-outer": (119, 438), "foot-arch": (118, 528),
    },
}  # fmt: skip
PLACES: dict[str, dict[str, Position]] = {
    "back": {
        "neck": (140, 100), "shoulder": (100, 132), "upper-back": (126, 172), "lower-back": (130, 236),
        "forearm": (66, 236), "hip": (107, 268), "glutes": (130, 297), "hand": (44, 291),
        "back-of-thigh": (123, 358), "knee": (124, 404), "calf": (124, 446), "ankle": (129, 490),
        "foot": (119, 526),
    },
    "front": {
        "neck": (160, 98), "shoulder": (200, 132), "chest": (176, 158), "forearm": (222, 200), "hand": (256, 291),
        "hip": (184, 282), "front-of-thigh": (178, 346), "knee": (177, 400), "shin": (178, 446),
        "ankle": (171, 490), "foot": (182, 526),
    },
}  # fmt: skip
