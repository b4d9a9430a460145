"""The front and back figure of the body map, and where its points and regions lie in the picture.

    python tools/studio/bodymap.py

writes `config/demo/body-map.json`: per side the picture and, in per cent of it, every point and region.
Each place is said in bodymap.yaml as [bone, how far along it, metres away from the middle, metres up].
"""

import json
from collections.abc import Sequence

import bpy
import scene
from bpy_extras.object_utils import world_to_camera_view
from environment import REPOSITORY
from figure import Figure
from mathutils import Matrix, Vector
from render import KINDS, entries

WRITTEN = REPOSITORY / "config/demo/body-map.json"


def build(entry: dict) -> Figure:
    """A person standing with the arms a little away from the body, seen level from far."""
    scene.backdrop("warm-sand")
    scene.person_light(0.85, wall=5.0)
    figure = Figure(**entry["figure"])
    for side, sign in (("Left", 1), ("Right", -1)):
        figure.rot(f"{side}Arm", "Y", sign * 20)
        figure.rot(f"{side}ForeArm", "Y", sign * 6)
        figure.rot(f"{side}UpLeg", "Y", sign * 3)
        figure.rot(f"{side}Foot", "Z", sign * 6)
    for side, degrees in entry.get("forearms", {}).items():
        for bone, share in (("ForeArm", 0.6), ("Hand", 0.4)):
            turned = figure.bone(side + bone)
            figure.rot(side + bone, (turned.tail - turned.head).normalized(), degrees * share)
    if entry["side"] == "back":
        figure.place(Matrix.Rotation(3.14159265, 4, "Z"))
    scene.camera((0, -9.0, 0.95), (0, 0, figure.height * 0.497), 168)
    return figure


def place(figure: Figure, spot: Sequence) -> Vector:
    """A point of the body in the world."""
    name, along, out, up = spot
    world, bone = figure.posed(name)
    here = bone.head.lerp(bone.tail, along)
    here.x += out if name.startswith("Left") else -out
    here.z += up
    return world @ here


def seen(figure: Figure, point: Vector) -> bool:
    """Whether a ray from the camera to the point meets the figure and not the room."""
    eye = bpy.context.scene.camera.location
    graph = bpy.context.evaluated_depsgraph_get()
    hit, *_, met, _ = bpy.context.scene.ray_cast(graph, eye, (point - eye).normalized())
    return bool(hit and met.parent == figure.arm)


def per_cent(point: Vector) -> list[float]:
    """A world point as per cent of the picture, from its upper left corner."""
    view = world_to_camera_view(bpy.context.scene, bpy.context.scene.camera, point)
    return [round(view.x * 100, 1), round((1 - view.y) * 100, 1)]


def spots(figure: Figure, told: dict[str, Sequence]) -> dict[str, list]:
    """All places of one sort in per cent; one beside the figure is an error."""
    found = {}
    for slug, spot in told.items():
        point = place(figure, spot)
        if not seen(figure, point):
            raise SystemExit(f"{slug}: not on the figure")
        found[slug] = per_cent(point)
    return found


def main() -> None:
    """Write the places of both sides."""
    written = {}
    for name, entry in entries("bodymap").items():
        scene.reset(*KINDS["bodymap"], samples=1)
        figure = build(entry)
        bpy.context.view_layer.update()
        written[entry["side"]] = {
            "picture": name,
            "spots": spots(figure, entry["spots"]),
            "regions": spots(figure, entry["regions"]),
        }
    WRITTEN.write_text(json.dumps(written, indent=1) + "\n")
    print(f"Points and regions in {WRITTEN.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
