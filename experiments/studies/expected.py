"""What is expected of each lever: the base that it is varied from, and signs of its effects.

Both are read off `sim/data/policy_levers.csv` (column `expected_direction`), which says it in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Settings = tuple[tuple[str, object], ...]


class Base(NamedTuple):
    """A preset and what is set on top of it."""

    preset: str = "audit-average"
    settings: Settings = ()

    @property
    def label(self) -> str:
        """The base in words."""
        return " ".join([self.preset, *(f"{lever}={value}" for lever, value in self.settings)])


class Sign(NamedTuple):
    """What a level does to an outcome, beside its base: +1 more, -1 less, 0 exactly nothing."""

    lever: str
    level: object
    outcome: str
    sign: int


UNIFIED = Base(settings=(("command.type", "unified"),))
RESCUE_TASK_FORCE = Base(settings=(("ems.policy", "escorted_rtf"),))

BASES: Mapping[str, Base] = {
    "sro.coverage": Base("sro-inside"),
    "sro.presence": Base("sro-inside"),
    "sro.hesitation": Base("sro-inside"),
    "district.pool": Base("team-of-four"),
    "district.dispatch_centre": Base(settings=(("district.pool", 6),)),
    "agency.size": Base("team-of-four"),
    "self_deployment": UNIFIED,
    "entry.delay_s": Base("immediate-entry"),
    "entry.team_size": Base("team-of-four"),
    "entry.wait_for_command": Base("immediate-entry"),
    "command.establish_time": Base("delayed-command"),
    "command.joint": UNIFIED,
    "joint_training": RESCUE_TASK_FORCE,
    "ems.staging": RESCUE_TASK_FORCE,
    "ems.ccp": RESCUE_TASK_FORCE,
}
"""Bases other than `audit-average`."""


def _all(lever: str, outcome: str, sign: int, *levels: object) -> tuple[Sign, ...]:
    return tuple(Sign(lever, level, outcome, sign) for level in levels)


SIGNS: tuple[Sign, ...] = (
    *_all("sro.state", "start_to_contact_s", -1, "inside"),
    *_all("sro.state", "start_to_entry_s", 0, "on_campus_outside"),
    *_all("sro.coverage", "start_to_contact_s", 1, "none", "shared"),
    *_all("sro.presence", "start_to_contact_s", 1, 0.4, 0.6),
    *_all("sro.presence", "start_to_contact_s", -1, 1.0),
    *_all("sro.hesitation", "start_to_contact_s", 1, 0.2, 0.5),
    *_all("security.officer", "start_to_report_s", -1, "unarmed"),
    *_all("security.officer", "start_to_lockdown_s", -1, "unarmed"),
    *_all("patrol.response", "call_to_first_le_s", 1, "slow"),
    *_all("patrol.response", "start_to_entry_s", 1, "slow"),
    *_all("patrol.response", "start_to_contact_s", 1, "slow"),
    *_all("district.pool", "call_to_first_le_s", -1, 2, 6),
    *_all("district.dispatch_centre", "call_to_dispatch_s", -1, "district_own"),
    *_all("agency.size", "first_le_to_entry_s", 1, "small"),
    *_all("agency.size", "first_le_to_entry_s", -1, "large"),
    *_all("agency.size", "call_to_first_le_s", 0, "small", "large"),
    *_all("self_deployment", "all_clear_s", -1, "managed"),
    *_all("self_deployment", "call_to_first_le_s", 0, "managed"),
    *_all("entry.policy", "first_le_to_entry_s", 1, "team_of_n", "assess", "contain_and_wait"),
    *_all("entry.policy", "first_le_to_entry_s", 1, "wait_for_command"),
    *_all("entry.policy", "start_to_contact_s", 1, "team_of_n", "assess", "contain_and_wait"),
    *_all("entry.delay_s", "first_le_to_entry_s", 1, 60, 180, 600, 1800, 3600),
    *_all("entry.delay_s", "start_to_contact_s", 1, 60, 180, 600, 1800, 3600),
    *_all("entry.team_size", "first_le_to_entry_s", -1, 2, 3),
    *_all("entry.team_size", "first_le_to_entry_s", 1, 5),
    *_all("entry.wait_for_command", "start_to_entry_s", 1, True),
    *_all("entry.access", "first_le_to_entry_s", 1, "no_keys"),
    *_all("notify.channel", "start_to_lockdown_s", 1, "phone_chain"),
    *_all("notify.channel", "start_to_lockdown_s", -1, "panic_alarm", "detection"),
    *_all("notify.channel", "start_to_report_s", -1, "panic_alarm", "detection"),
    *_all("notify.channel", "share_secured_60s", -1, "phone_chain"),
    *_all("notify.channel", "share_secured_60s", 1, "panic_alarm", "detection"),
    *_all("notify.zones", "share_secured_120s", 1, "full"),
    *_all("notify.alert_reach", "share_secured_120s", -1, 0.8),
    *_all("notify.alert_reach", "share_secured_120s", 1, 0.99),
    *_all("lockdown.authority", "start_to_lockdown_s", 1, "principal_only"),
    *_all("lockdown.authority", "start_to_lockdown_s", -1, "any_staff"),
    *_all("lockdown.training", "share_secured_120s", -1, "none"),
    *_all("lockdown.training", "share_secured_120s", 1, "quarterly"),
    *_all("drill.frequency", "share_secured_120s", -1, "none"),
    *_all("drill.frequency", "share_secured_120s", 1, "quarterly"),
    *_all("lock.type", "share_secured_60s", -1, "none"),
    *_all("lock.type", "share_secured_60s", 1, "push_button", "always_locked"),
    *_all("locks.rule", "share_secured_60s", -1, "none"),
    *_all("locks.rule", "share_secured_60s", 1, "rule"),
    *_all("exterior.doors", "first_le_to_entry_s", 0, "all_locked"),
    *_all("exterior.doors", "share_out_300s", 0, "all_locked"),
    *_all("entrance.vestibule", "start_to_report_s", -1, "secured"),
    *_all("entrance.vestibule", "start_to_lockdown_s", -1, "secured"),
    *_all("exit.option", "share_out_300s", 1, "multi_option"),
    *_all("psap.split", "call_to_dispatch_s", 1, True),
    *_all("psap.split", "call_to_first_le_s", 1, True),
    *_all("command.type", "first_care_median_s", -1, "unified"),
    *_all("command.type", "all_clear_s", -1, "unified"),
    *_all("command.establish_time", "start_to_command_s", -1, 300, 900),
    *_all("command.establish_time", "start_to_entry_s", -1, 300, 900),
    *_all("command.joint", "all_clear_s", -1, "joint", "joint_trained"),
    *_all("joint_training", "start_to_command_s", -1, True),
    *_all("joint_training", "first_care_median_s", -1, True),
    *_all("ems.policy", "first_care_median_s", -1, "officer_first_aid", "escorted_rtf"),
    *_all("ems.staging", "first_care_median_s", -1, 200),
    *_all("ems.staging", "first_care_median_s", 1, 800),
    *_all("ems.ccp", "last_patient_out_s", -1, "planned"),
    *_all("aid.bystander", "first_care_median_s", -1, "kits", "kits_and_training"),
    *_all("recovery.release", "released_median_s", -1, "wing_by_wing"),
    *_all("reunification.plan", "reunification_start_s", -1, "planned"),
)
"""Signs beside the level of the base."""

EXPLAINED: Mapping[tuple[str, str], str] = {}
"""(level, outcome) -> why a sign that contradicts the table is what the model should give."""
