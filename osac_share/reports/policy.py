"""Who may do what to a report. Pure; the rule of sight itself is in `councils.policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils import policy as sight

if TYPE_CHECKING:
    from osac_share.councils.policy import Standing
    from osac_share.reports.models import Edition, Report


def audience_of(report: Report, edition: Edition) -> frozenset[str]:
    """Return the audience tokens of an edition, from its marking and its addressees."""
    return sight.audience_of(edition.marking, edition.addressees, report.council_id)


def may_edit(standing: Standing, report: Report) -> bool:
    """Tell whether this person may see and change the report's draft.

    A relayed text is its issuer's: it is locked, whoever asks.
    """
    return report.origin == "council" and sight.may_author_for(standing, report.council_id)


def may_publish(standing: Standing, report: Report) -> bool:
    """Tell whether this person may publish the report's draft."""
    return report.origin == "council" and sight.may_publish_for(standing, report.council_id)
