"""Who may do what to a report. Pure; the rule of sight itself is in `councils.policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils import policy as sight
from osac_share.reports.models import COUNCIL, RELAY

if TYPE_CHECKING:
    from osac_share.councils.policy import Standing
    from osac_share.reports.models import Edition, Report

WRITTEN_HERE = frozenset({COUNCIL, RELAY})
"""Origins of what people write or paste here; what was imported has no author among us."""


def audience_of(report: Report, edition: Edition) -> frozenset[str]:
    """Return the audience tokens of an edition, from its marking and its addressees."""
    return sight.audience_of(edition.marking, edition.addressees, report.council_id)


def may_edit(standing: Standing, report: Report) -> bool:
    """Tell whether this person may see and change the report's draft."""
    return report.origin in WRITTEN_HERE and sight.may_author_for(standing, report.council_id)


def may_review(standing: Standing, report: Report, edition: Edition) -> bool:
    """Tell whether this person may decide about a draft that was handed in.

    The chair and the co-chair review for their council, and programme analysts for all, but
    for TLP:RED, which is none of theirs. Nobody decides about what they wrote themselves.
    """
    return may_decide(standing, report, edition) and standing.person_id not in edition.authors


def may_decide(standing: Standing, report: Report, edition: Edition) -> bool:
    """Tell whether this person's office reviews such a draft, whoever wrote it."""
    if not standing.active or report.origin not in WRITTEN_HERE:
        return False
    if sight.may_publish_for(standing, report.council_id):
        return True
    return sight.ANALYST in standing.staff_roles and edition.marking != "RED"


def may_act_alone(standing: Standing, report: Report) -> bool:
    """Tell whether this person may publish in an emergency, before anybody looked: the chair."""
    is_chair = report.council_id in standing.councils_as(frozenset({sight.CHAIR}))
    return standing.active and report.origin in WRITTEN_HERE and is_chair


def may_withdraw(standing: Standing, report: Report) -> bool:
    """Tell whether this person may take a published report back: its chair, or staff."""
    if not standing.active or report.origin not in WRITTEN_HERE:
        return False
    return may_act_alone(standing, report) or sight.ANALYST in standing.staff_roles
