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


def is_widened(report: Report, draft: Edition) -> bool:
    """Tell whether an update would let people know who may not see what holds."""
    current = report.current()
    if current is None:
        return False
    return sight.widens(audience_of(report, current), audience_of(report, draft))


def may_edit(standing: Standing, report: Report) -> bool:
    """Tell whether this person may see and change the report's draft."""
    return report.origin in WRITTEN_HERE and sight.may_author_for(standing, report.council_id)


def may_know(standing: Standing, report: Report, draft: Edition) -> bool:
    """Tell whether somebody whose office it is to work on drafts may know this one's words.

    What is meant for named people, or for circles of government people, is the chair's, and
    theirs who wrote it or whom it is for: the private citizens in office are not told by office
    what another firm is warned of, or what police told the Government.
    """
    if draft.marking != "RED" and not any(map(sight.is_official, draft.addressees)):
        return True
    if report.council_id in standing.councils_as(frozenset({sight.CHAIR})):
        return True
    is_for_them = sight.may_see(sight.clearance_of(standing), frozenset(draft.addressees))
    return is_for_them or standing.person_id in draft.authors


def may_review(standing: Standing, report: Report, edition: Edition) -> bool:
    """Tell whether this person may decide about a draft that was handed in.

    The chair and the co-chair review for their council what they may know, and program analysts
    for all: theirs is the second signature under what is for named people only. Nobody decides
    about what they wrote themselves.
    """
    return may_decide(standing, report, edition) and standing.person_id not in edition.authors


def may_decide(standing: Standing, report: Report, edition: Edition) -> bool:
    """Tell whether this person's office reviews such a draft, whoever wrote it."""
    if not standing.active or report.origin not in WRITTEN_HERE:
        return False
    if sight.ANALYST in standing.staff_roles:
        return True
    return sight.may_publish_for(standing, report.council_id) and may_know(
        standing, report, edition
    )


def may_act_alone(standing: Standing, report: Report) -> bool:
    """Tell whether this person may publish in an emergency, before anybody looked: the chair."""
    is_chair = report.council_id in standing.councils_as(frozenset({sight.CHAIR}))
    return standing.active and report.origin in WRITTEN_HERE and is_chair


def may_withdraw(standing: Standing, report: Report) -> bool:
    """Tell whether this person may take a published report back: its chair, or staff."""
    if not standing.active or report.origin not in WRITTEN_HERE:
        return False
    return may_act_alone(standing, report) or sight.ANALYST in standing.staff_roles
