"""GeoJSON, IMDF archives and OSM that are torn, hostile or merely wrong: a sentence, in bounded time."""

from __future__ import annotations

import contextlib
import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buildings import library
from buildings.errors import PlanError
from buildings.exporters import export_plan
from buildings.importers import import_here, import_plan


def collection(*geometries: object) -> str:
    found = [{"type": "Feature", "geometry": one, "properties": {}} for one in geometries]
    return json.dumps({"type": "FeatureCollection", "features": found})


def square(size: float, at: float = 0.0) -> dict[str, object]:
    corners = [[at, at], [at + size, at], [at + size, at + size], [at, at + size], [at, at]]
    return {"type": "Polygon", "coordinates": [corners]}


WRONG = {
    "empty": "",
    "no json": "{ not json",
    "cut off": collection(square(5.0))[:60],
    "a list": "[1, 2, 3]",
    "deep": "[" * 100_000,
    "no polygon": collection({"type": "Point", "coordinates": [0, 0]}),
    "words": collection({"type": "Polygon", "coordinates": [["a", "b"]]}),
    "not a number": collection(square(5.0)).replace("5.0", "NaN"),
    "huge": collection(square(1e300)),
    "no type": json.dumps({"features": [{"geometry": {"coordinates": []}, "properties": 3}]}),
    "one line": collection({"type": "Polygon", "coordinates": [[[0, 0], [5, 0], [9, 0], [0, 0]]]}),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_geojson_that_is_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PlanError, match=r"bad\.geojson") as error:
        import_here(path)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_one_field_changed_anywhere_gives_a_plan_or_a_sentence(data: st.DataObject) -> None:
    folder = Path(__file__).parent / "__pycache__"
    folder.mkdir(exist_ok=True)
    path = export_plan(library.load("elementary"), folder / "fuzzed.geojson")[0]
    content = json.loads(path.read_text(encoding="utf-8"))
    feature = data.draw(st.sampled_from(content["features"]))
    odd = st.sampled_from([None, [], {}, "x", -1, 1e308, [[]], [[["a"]]], True, {"type": "Polygon"}])
    where = data.draw(
        st.sampled_from(["geometry", "properties", "id", "feature_type", "coordinates", "level_id"])
    )
    if where == "coordinates" and feature["geometry"]:
        feature["geometry"]["coordinates"] = data.draw(odd)
    elif where == "level_id":
        feature["properties"]["level_id"] = data.draw(odd)
    else:
        feature[where] = data.draw(odd)
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        with contextlib.suppress(PlanError):  # anything else is a defect
            assert import_here(path).plan.spaces
    finally:
        path.unlink()


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"unit{number}.geojson", b" " * 100_000_000)
    start = time.process_time()
    with pytest.raises(PlanError, match="larger than 200 MB unpacked"):
        import_here(path)
    assert time.process_time() - start < 5.0


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    inner = export_plan(library.load("elementary"), tmp_path / "school.zip")[0]
    path = tmp_path / "far" / "away.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(inner) as old, zipfile.ZipFile(path, "w") as new:
        for one in old.infolist():
            new.writestr(f"../../../{one.filename}", old.read(one))
    before = sorted(tmp_path.rglob("*"))
    assert len(import_here(path).plan.spaces) == 57
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("content", [b"PK\x03\x04 torn", b"no archive"])
def test_an_archive_that_is_torn(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(content)
    with pytest.raises(PlanError, match="cannot be unpacked"):
        import_here(path)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<osm><node id="1" lon="0" lat="0"><tag k="name" v="&c;"/></node></osm>"""
OUTER = """<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<osm><node id="1" lon="0" lat="0"><tag k="name" v="&x;"/></node></osm>"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "declares entities"),
        (OUTER, "declares entities"),
        ("<osm><node id='1'", "cut off"),
        ("<osm></osm>", "no node"),
        ("no xml", "no OSM file"),
        ("<osm><node id='1' lon='nan' lat='1e999'/></osm>", "no node"),
        ("<osm><node id='1' lon='1' lat='1'/></osm>", "no indoor=room"),
    ],
)
def test_osm_that_is_none(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.osm"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PlanError, match=words):
        import_here(path)


def test_a_file_that_takes_for_ever_is_stopped(tmp_path: Path) -> None:
    """Six thousand rooms that all lie over one another: the reader's computing time is bounded."""
    path = tmp_path / "pile.geojson"
    path.write_text(collection(*[square(50.0 + k / 1000.0) for k in range(6000)]), encoding="utf-8")
    start = time.monotonic()
    with pytest.raises(PlanError, match=r"took more than 2 seconds|was no room|no room|left"):
        import_plan(path, seconds=2.0)
    assert time.monotonic() - start < 60.0
