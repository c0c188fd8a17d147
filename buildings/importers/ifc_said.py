"""What an IFC element says beside its shape: names, properties, relations, the place on earth."""

from __future__ import annotations

import re
from typing import Any


def text(element: Any, name: str) -> str:
    """Return a text attribute, trimmed, or nothing."""
    value = getattr(element, name, None) if element is not None else None
    return value.strip()[:200] if isinstance(value, str) else ""


def parts(element: Any) -> list[Any]:
    """Return the elements that an element is made of."""
    return [part for relation in element.IsDecomposedBy for part in relation.RelatedObjects]


def boundaries(model: Any) -> dict[int, tuple[str, ...]]:
    """Return the spaces that the file's space boundaries relate to each door."""
    found: dict[int, list[str]] = {}
    for boundary in model.by_type("IfcRelSpaceBoundary"):
        element, space = boundary.RelatedBuildingElement, boundary.RelatingSpace
        if element is not None and element.is_a("IfcDoor") and space is not None and space.is_a("IfcSpace"):
            found.setdefault(element.id(), []).append(str(space.GlobalId))
    return {door: tuple(dict.fromkeys(names)) for door, names in found.items()}


def flag(element: Any, set_name: str, name: str) -> bool | None:
    """Return a yes or no of a property set, or None where it says neither."""
    for relation in element.IsDefinedBy:
        group = getattr(relation, "RelatingPropertyDefinition", None)
        if group is None or getattr(group, "Name", None) != set_name:
            continue
        for one in getattr(group, "HasProperties", None) or ():
            if one.Name == name and getattr(one, "NominalValue", None) is not None:
                value = one.NominalValue.wrappedValue
                return value if isinstance(value, bool) else None
    return None


def category(space: Any) -> str:
    """Return the text properties of a space that tell its use."""
    words = []
    for relation in space.IsDefinedBy:
        group = getattr(relation, "RelatingPropertyDefinition", None)
        for one in getattr(group, "HasProperties", None) or ():
            value = getattr(one, "NominalValue", None)
            if value is not None and re.search("category|occupancy|usage|department", str(one.Name), re.I):
                words.append(str(value.wrappedValue)[:80])
    return " ".join(words)


def georef(site: Any) -> dict[str, float] | None:
    """Return longitude and latitude of a site, where it gives both and they are not zero."""
    degrees = {}
    for key, name in (("lon", "RefLongitude"), ("lat", "RefLatitude")):
        parts = getattr(site, name, None) if site is not None else None
        if not parts or len(parts) < 3:
            return None
        degrees[key] = (
            parts[0] + parts[1] / 60.0 + (parts[2] + (parts[3] if len(parts) > 3 else 0) / 1e6) / 3600.0
        )
    return degrees if any(degrees.values()) else None
