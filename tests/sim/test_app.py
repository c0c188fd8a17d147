"""The live page, rendered in this process: Step and Play are clicked and people move."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra `live` is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def app():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sim import app as live
    return live


def buttons(box, kind):
    found = {}

    def walk(widget):
        for name in ("children", "v_slots"):
            for child in getattr(widget, name, None) or []:
                if isinstance(child, dict):
                    child = child.get("children")
                for one in child if isinstance(child, list) else [child]:
                    if hasattr(one, "children"):
                        walk(one)
        if isinstance(widget, kind):
            for child in widget.children:
                if isinstance(child, str):
                    found[child.strip()] = widget

    walk(box)
    return found


def test_step_and_play_move_people(app, monkeypatch):
    import ipyvuetify
    import solara

    models = []
    step = app.ResponseModel.step

    def watched(self):
        models.append(self)
        step(self)

    monkeypatch.setattr(app.ResponseModel, "step", watched)
    page = app.build_page()
    box, context = solara.render(solara.AppLayout(children=[page]), handle_error=False)
    try:
        found = buttons(box, ipyvuetify.Btn)
        assert {"Step", "Reset"} <= set(found)
        found["Step"].click()
        model = models[-1]
        assert model.elapsed_s == 1.0
        before = model.column("x"), model.column("y")
        for _ in range(39):
            found["Step"].click()
        assert models[-1] is model
        assert model.elapsed_s == 40.0
        play = next(button for label, button in found.items() if label.lower().startswith(("play", "▶")))
        play.click()
        deadline = time.time() + 300.0
        while model.elapsed_s < 45.0 and time.time() < deadline:
            time.sleep(0.1)
        assert model.elapsed_s >= 45.0
        play.click()
        moved = np.hypot(model.column("x") - before[0], model.column("y") - before[1])
        assert (moved > 0.5).sum() > 20
    finally:
        context.close()


def test_the_picture_shows_levels_states_and_no_harm(app):
    model = app.ResponseModel("elementary", rng=2)
    for _ in range(60):
        model.step()
    figure = app.draw(model)
    words = " ".join(t.get_text() for t in figure.axes[0].get_legend().get_texts()) + figure.get_suptitle()
    assert "secured" in words
    assert not any(word in words.lower() for word in ("hazard", "injur", "exposed"))
    assert len(figure.axes) == len(model.nav.level_ids)
