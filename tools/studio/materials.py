"""Colours and surfaces."""

from collections.abc import Sequence

import bpy

COLOURS = {  # inputs are duller than the page's palette: the view transform brightens them
    "spruce": "#12614f",
    "coral": "#b9573f",
    "blue": "#2f5f9e",
    "ink": "#2b3a37",
    "sage": "#9fb3a3",
    "sand": "#d8c6a8",
    "steel": "#c9ccca",
    "chalk": "#e9e2d6",
}


def srgb(colour: str) -> tuple[float, float, float, float]:
    """A hex colour or a name of COLOURS as linear light."""
    colour = COLOURS.get(colour, colour)
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts
    )
    return (red, green, blue, 1)


def principled(material: bpy.types.Material) -> bpy.types.Node:
    """The material's one surface node."""
    return material.node_tree.nodes["Principled BSDF"]


def plain(
    name: str,
    colour: str,
    rough: float = 0.5,
    spec: float = 0.5,
    sheen: float = 0,
    glow: float = 0,
    bump: float = 0,
    grain: float = 400,
    metal: float = 0,
    coat: float = 0,
) -> bpy.types.Material:
    """One colour; `glow` lets light into it (skin), `bump` and `grain` roughen it."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    surface = principled(material)
    for socket, value in {
        "Base Color": srgb(colour),
        "Roughness": rough,
        "Specular IOR Level": spec,
        "Sheen Weight": sheen,
        "Metallic": metal,
        "Coat Weight": coat,
    }.items():
        surface.inputs[socket].default_value = value
    if glow:
        surface.inputs["Subsurface Weight"].default_value = glow
        surface.inputs["Subsurface Radius"].default_value = (0.03, 0.012, 0.006)
    if bump:
        roughen(material, "ShaderNodeTexNoise", grain, bump, 0.002, detail=3)
    return material


def roughen(
    material: bpy.types.Material,
    pattern: str,
    scale: float,
    strength: float,
    depth: float,
    detail: float | None = None,
) -> None:
    """Bump a material with a pattern in the object's own space."""
    tree = material.node_tree
    place = tree.nodes.new("ShaderNodeTexCoord")
    texture = tree.nodes.new(pattern)
    texture.inputs["Scale"].default_value = scale
    if detail is not None:
        texture.inputs["Detail"].default_value = detail
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = depth
    tree.links.new(place.outputs["Object"], texture.inputs["Vector"])
    tree.links.new(texture.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], principled(material).inputs["Normal"])


def wood(
    name: str = "beech", light: str = "#d9b587", dark: str = "#c39a68"
) -> bpy.types.Material:
    """Beech: long fine streaks, little contrast."""
    material = plain(name, light, rough=0.45, coat=0.1)
    tree = material.node_tree
    place = tree.nodes.new("ShaderNodeTexCoord")
    stretch = tree.nodes.new("ShaderNodeMapping")
    stretch.inputs["Scale"].default_value = (420, 420, 22)
    noise = tree.nodes.new("ShaderNodeTexNoise")
    for socket, value in {"Scale": 1, "Detail": 4, "Distortion": 0.15}.items():
        noise.inputs[socket].default_value = value
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    first, last = ramp.color_ramp.elements
    first.color, first.position = srgb(dark), 0.3
    last.color, last.position = srgb(light), 0.58
    tree.links.new(place.outputs["Object"], stretch.inputs["Vector"])
    tree.links.new(stretch.outputs["Vector"], noise.inputs["Vector"])
    tree.links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], principled(material).inputs["Base Color"])
    return material


def webbing(colour: str = "coral") -> bpy.types.Material:
    """Woven cotton."""
    material = plain("webbing", colour, rough=0.85, spec=0.2, sheen=0.3)
    roughen(material, "ShaderNodeTexChecker", 900, 0.35, 0.001)
    return material


class Sums:
    """Arithmetic in a shader: each call adds a node and gives its output."""

    def __init__(self, material: bpy.types.Material) -> None:
        self.tree = material.node_tree

    def __call__(self, operation: str, *values: object) -> bpy.types.NodeSocket:
        """Add one node."""
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        for i, value in enumerate(values):
            if isinstance(value, int | float):
                node.inputs[i].default_value = value
            else:
                self.tree.links.new(value, node.inputs[i])
        return node.outputs[0]

    def rest(self) -> Sequence[bpy.types.NodeSocket]:
        """X, y and z of the body before it was posed."""
        place = self.tree.nodes.new("ShaderNodeAttribute")
        place.attribute_name = "rest"
        split = self.tree.nodes.new("ShaderNodeSeparateXYZ")
        self.tree.links.new(place.outputs["Vector"], split.inputs[0])
        return split.outputs

    def distance(
        self, point: Sequence[float], stretch: Sequence[float]
    ) -> bpy.types.NodeSocket:
        """How far from a point, with each axis stretched."""
        total: object = 0
        for value, centre, factor in zip(self.rest(), point, stretch, strict=True):
            apart = self("MULTIPLY", self("SUBTRACT", value, float(centre)), float(factor))
            total = self("ADD", total, self("MULTIPLY", apart, apart))
        return self("SQRT", total)

    def curve(
        self, value: bpy.types.NodeSocket, steps: Sequence[tuple[float, float]], scale: float
    ) -> bpy.types.NodeSocket:
        """Straight lines through steps [(value 0 to 1, result)], the result times a scale."""
        results = [result for _, result in steps]
        low, high = min(results), max(results)
        node = self.tree.nodes.new("ShaderNodeValToRGB")
        points = node.color_ramp.elements
        while len(points) < len(steps):
            points.new(0.5)
        for i, (place, result) in enumerate(steps):
            grey = (result - low) / (high - low)
            points[i].position, points[i].color = place, (grey, grey, grey, 1)
        self.tree.links.new(value, node.inputs["Fac"])
        return self("ADD", self("MULTIPLY", node.outputs[0], (high - low) * scale), low * scale)

    def along(self, direction: Sequence[float]) -> bpy.types.NodeSocket:
        """How far along a direction, left and right alike."""
        x, y, z = self.rest()
        total: object = 0
        for value, factor in zip((self("ABSOLUTE", x), y, z), direction, strict=True):
            total = self("ADD", total, self("MULTIPLY", value, float(factor)))
        return total


def cut(
    material: bpy.types.Material, sums: Sums, *keep: tuple[bpy.types.NodeSocket, str, float]
) -> bpy.types.Material:
    """Let a material vanish where a rule (value, '>' or '<', bound) fails: crisp hems."""
    shown: object = 1
    for value, sign, bound in keep:
        holds = sums("GREATER_THAN" if sign == ">" else "LESS_THAN", value, float(bound))
        shown = sums("MULTIPLY", shown, holds)
    material.node_tree.links.new(shown, principled(material).inputs["Alpha"])
    return material
