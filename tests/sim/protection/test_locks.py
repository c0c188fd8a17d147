"""A lock error: the published share by lock type, changed by training, never below the floor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import sim.protection.locks as locks_module
from sim.given.parameters import ParameterTable
from sim.given.policies import load_policy
from sim.protection.locks import Locks

BASE = load_policy("audit-average")


@pytest.mark.parametrize(
    ("lock_type", "training", "push_button", "share"),
    [
        ("keyed_outside", "none", 0.03, 0.225),  # 0.15 x 1.5
        ("keyed_outside", "annual", 0.03, 0.15),
        ("keyed_outside", "quarterly", 0.03, 0.105),  # 0.15 x 0.7
        ("push_button", "none", 0.03, 0.045),
        ("push_button", "annual", 0.03, 0.03),
        ("push_button", "quarterly", 0.015, 0.02),  # 0.0105, lifted to the floor
    ],
)
def test_share_of_lock_errors(monkeypatch, lock_type, training, push_button, share):
    policy = BASE.with_lever("lock.type", lock_type).with_lever("lockdown.training", training)
    table = ParameterTable.default().with_values({"lock.error_push_button": push_button})
    drawn = SimpleNamespace(u=lambda *_key: drawn.value, value=0.0, key=None)
    monkeypatch.setattr(locks_module, "OpenDraws", lambda _key: drawn)
    incident = SimpleNamespace(
        policy=policy, parameters=table, draws=drawn, nav=SimpleNamespace(door_ids=["D1"])
    )
    locks = object.__new__(Locks)
    locks._incident = incident
    drawn.value = share - 1e-9
    assert locks._lock_error(0)
    drawn.value = share + 1e-9
    assert not locks._lock_error(0)
