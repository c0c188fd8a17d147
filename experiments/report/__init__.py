"""The report of a study: one HTML page that needs no network."""

from experiments.report.page import write_report

__all__ = ["write_report"]
