"""Meshes of IFC elements as polygons on the ground: what `ifc.py` needs of ifcopenshell's geometry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

GRID_M = 1e-4
"""Triangles are joined on a grid this fine: without one, slivers make a long wall collapse."""

_UPRIGHT = 1e-3
"""A triangle whose shadow is this share of it stands upright and has no footprint."""

_FLAT = 0.9
"""Cosine of the steepest slope that still counts as a floor."""

_BOTTOM = 0.3
"""A floor lies in the lowest part of a space: this share of its height, for split floors and sills."""


class Mesh(NamedTuple):
    """Triangles (n, 3, 3) in metres less the origin, and the placement's axes as rows."""

    triangles: NDArray[np.float64]
    axes: NDArray[np.float64]
    at: NDArray[np.float64]

    @property
    def bottom(self) -> float:
        """Height of the lowest point (m)."""
        return float(self.triangles[:, :, 2].min())

    @property
    def top(self) -> float:
        """Height of the highest point (m)."""
        return float(self.triangles[:, :, 2].max())


def meshes(model: Any, elements: Iterable[Any], origin: NDArray[np.float64]) -> dict[str, Mesh]:
    """Return the meshes of elements by GlobalId; elements without a usable shape are left out.

    Openings are not cut out of walls: a window cut out at the height of a slice would look like a way.
    """
    import ifcopenshell.geom

    wanted = [element for element in elements if getattr(element, "Representation", None) is not None]
    if not wanted:
        return {}
    settings = ifcopenshell.geom.settings()
    settings.set("disable-opening-subtractions", True)
    found: dict[str, Mesh] = {}
    iterator = ifcopenshell.geom.iterator(settings, model, 2, include=wanted)
    if not iterator.initialize():
        return {}
    while True:
        shape = iterator.get()
        mesh = _mesh(shape, origin)
        if mesh is not None:
            found[str(shape.guid)] = mesh
        if not iterator.next():
            # Threads finish in any order; a model gives the same plan every time.
            return {name: found[name] for name in (str(one.GlobalId) for one in wanted) if name in found}


def why_without_shape(model: Any, element: Any) -> str:
    """Return what ifcopenshell says when it is asked for the shape of one element alone."""
    import ifcopenshell.geom

    try:
        ifcopenshell.geom.create_shape(ifcopenshell.geom.settings(), element)
    except Exception as problem:
        return str(problem).splitlines()[0]
    return ""


def _mesh(shape: Any, origin: NDArray[np.float64]) -> Mesh | None:
    faces = np.asarray(shape.geometry.faces, dtype=np.int64).reshape(-1, 3)
    local = np.asarray(shape.geometry.verts, dtype=np.float64).reshape(-1, 3)
    matrix = np.asarray(shape.transformation.matrix, dtype=np.float64).reshape(4, 4).T
    if not len(faces) or not np.isfinite(local).all() or not np.isfinite(matrix).all():
        return None
    # The far part of the placement goes first, so that small numbers stay exact.
    points = local @ matrix[:3, :3].T + (matrix[:3, 3] - origin)
    return Mesh(points[faces], matrix[:3, :3].T, matrix[:3, 3] - origin)


def footprint(mesh: Mesh) -> BaseGeometry:
    """Return the shadow of a mesh on the ground (m)."""
    return _joined(mesh.triangles[np.abs(_normals(mesh)[:, 2]) > _UPRIGHT])


def floor(mesh: Mesh) -> BaseGeometry:
    """Return the floor of a space: its lowest near-horizontal triangles, else its shadow (m)."""
    flat = np.abs(_normals(mesh)[:, 2]) > _FLAT
    low = mesh.triangles[:, :, 2].mean(axis=1) < mesh.bottom + _BOTTOM * max(mesh.top - mesh.bottom, 1e-3)
    found = _joined(mesh.triangles[flat & low])
    shadow = footprint(mesh)
    return found if found.area > 0.5 * shadow.area else shadow


def extent_along(mesh: Mesh, axis: NDArray[np.float64]) -> tuple[float, float]:
    """Return the least and the greatest coordinate of a mesh along a horizontal unit vector (m)."""
    along = mesh.triangles.reshape(-1, 3)[:, :2] @ axis
    return float(along.min()), float(along.max())


def _normals(mesh: Mesh) -> NDArray[np.float64]:
    a, b, c = (mesh.triangles[:, k] for k in range(3))
    normals = np.cross(b - a, c - a)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0.0)
    return unit


def _joined(triangles: NDArray[np.float64]) -> BaseGeometry:
    if not len(triangles):
        return shapely.Polygon()
    rings = np.concatenate([triangles[:, :, :2], triangles[:, :1, :2]], axis=1)
    polygons = np.atleast_1d(np.asarray(shapely.polygons(rings), dtype=object))
    return shapely.union_all(polygons[shapely.area(polygons) > 1e-7], grid_size=GRID_M)
