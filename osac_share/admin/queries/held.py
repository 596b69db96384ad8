"""What is held about a person, for that person (Privacy Act of 1974, 5 U.S.C. 552a(d)(1)).

Each part names its columns, so that nothing comes along unseen: no digests, no secrets, nothing
that others wrote about others. What others decided about this person is told without their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, or_, select

from osac_share.accounts.models import (
    Authenticator,
    Device,
    Identity,
    Membership,
    Organization,
    Passkey,
    Person,
    RecoveryCode,
    UserSession,
)
from osac_share.admin.queries.reached import own, reached
from osac_share.audit.models import AuditEntry
from osac_share.councils.models import Clearance, Council, JoinRequest, Seat
from osac_share.delivery.models import Delivery
from osac_share.letters.models import Letter, Link
from osac_share.membership.models import Invitation
from osac_share.proposals.models import Proposal
from osac_share.relays.models import RelayedItem, RelaySource
from osac_share.reports.models import Attachment, Edition, Report
from osac_share.search.models.saved import RecommendedSearch, SavedSearch
from osac_share.subscriptions.models import ReadingHours, Subscription, Trip
from osac_share.tokens.models import AccessToken

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that is held: its name, and its rows, the newest first."""

    name: str
    rows: list[Row]
    number: int


def held_about(session: Session, person: Person, *, limit: int | None = None) -> list[Part]:
    """Return all that is held about a person, at most `limit` rows of each kind."""
    return [_part(session, name, question, limit) for name, question in _questions(person).items()]


def _part(session: Session, name: str, question: Select[Any], limit: int | None) -> Part:
    number = session.scalar(select(func.count()).select_from(question.subquery())) or 0
    rows = session.execute(question.limit(limit)).mappings()
    return Part(name, [dict(row) for row in rows], number)


def _questions(person: Person) -> dict[str, Select[Any]]:
    return {
        "Profile": own(
            Person,
            *(Person.name, Person.email, Person.time_zone, Person.staff_roles, Person.groups),
            *(Person.created_at, Person.last_seen_at, Person.suspended_at),
            whose=Person.id == person.id,
        ),
        **_belonging(person.id),
        **_getting_in(person.id),
        **_known_elsewhere(person.id),
        **_told(person.id),
        **_planned(person.id),
        **_searched(person.id),
        **reached(person.id),
        **_done(person.id),
        "Entries of the record": _entries(person),
    }


def _belonging(me: int) -> dict[str, Select[Any]]:
    memberships = own(
        Membership,
        *(Organization.name.label("organization"), Membership.is_contact, Membership.started_at),
        *(Membership.suspended_at, Membership.ended_at),
        whose=Membership.person_id == me,
    )
    seats = own(
        Seat,
        *(Council.name.label("council"), Seat.kind, Seat.started_at, Seat.ended_at),
        whose=Seat.person_id == me,
    )
    return {
        "Memberships": memberships.join(
            Organization, Membership.organization_id == Organization.id
        ),
        "Seats": seats.join(Council, Seat.council_id == Council.id),
        **_asked(me),
        "What you may see": own(Clearance, Clearance.token, whose=Clearance.person_id == me),
    }


def _asked(me: int) -> dict[str, Select[Any]]:
    request, invitation = JoinRequest, Invitation
    asked = own(
        request,
        *(Council.name.label("council"), request.words, request.asked_at, request.state),
        *(request.decided_at, request.why),
        whose=request.person_id == me,
    )
    invited = own(
        invitation,
        *(Organization.name.label("organization"), invitation.kind, invitation.email),
        *(invitation.state, invitation.created_at, invitation.expires_at, invitation.settled_at),
        whose=invitation.person_id == me,
    )
    return {
        "Requests to join": asked.join(Council, request.council_id == Council.id),
        "Invitations": invited.join(Organization, invitation.organization_id == Organization.id),
    }


def _getting_in(me: int) -> dict[str, Select[Any]]:
    return {
        "Sessions": own(
            UserSession,
            *(UserSession.started_at, UserSession.seen_at, UserSession.ended_at),
            *(UserSession.user_agent, UserSession.address),
            whose=UserSession.person_id == me,
        ),
        "Browsers": own(Device, Device.known_at, Device.seen_at, whose=Device.person_id == me),
        "Authenticators": own(
            Authenticator,
            *(Authenticator.name, Authenticator.created_at, Authenticator.used_at),
            whose=Authenticator.person_id == me,
        ),
        "Passkeys": own(
            Passkey,
            *(Passkey.name, Passkey.created_at, Passkey.used_at),
            whose=Passkey.person_id == me,
        ),
        "Recovery codes": own(
            RecoveryCode,
            *(RecoveryCode.created_at, RecoveryCode.used_at),
            whose=RecoveryCode.person_id == me,
        ),
        "Access tokens": own(
            AccessToken,
            *(AccessToken.label, AccessToken.kind, AccessToken.scopes, AccessToken.networks),
            *(AccessToken.created_at, AccessToken.expires_at, AccessToken.last_used_at),
            *(AccessToken.last_address, AccessToken.revoked_at, AccessToken.revoked_because),
            whose=AccessToken.person_id == me,
        ),
        "Links sent to you": own(
            Link,
            *(Link.purpose, Link.created_at, Link.expires_at, Link.used_at, Link.ended_at),
            whose=Link.person_id == me,
        ),
    }


def _known_elsewhere(me: int) -> dict[str, Select[Any]]:
    return {
        "Single sign-on": own(
            Identity,
            *(Identity.issuer, Identity.subject, Identity.linked_at, Identity.used_at),
            whose=Identity.person_id == me,
        ),
    }


def _told(me: int) -> dict[str, Select[Any]]:
    deliveries = own(
        Delivery,
        *(Report.public_id.label("report"), Delivery.channel, Delivery.purpose, Delivery.state),
        *(Delivery.matched_at, Delivery.accepted_at, Delivery.reason),
        whose=Delivery.person_id == me,
    )
    edition = deliveries.join(Edition, Delivery.edition_id == Edition.id)
    return {
        "Subscriptions": own(
            Subscription,
            *(Subscription.public_id, Subscription.frequency, Subscription.min_rank),
            Subscription.words,
            *(Subscription.created_at, Subscription.ended_at, Subscription.ended_reason),
            whose=Subscription.person_id == me,
        ),
        "Alerts sent to you": edition.join(Report, Edition.report_id == Report.id),
        "Letters sent to you": own(
            Letter,
            *(Letter.purpose, Letter.address, Letter.created_at, Letter.state),
            *(Letter.accepted_at, Letter.reason),
            whose=Letter.person_id == me,
        ),
    }


def _planned(me: int) -> dict[str, Select[Any]]:
    hours = ReadingHours
    return {
        "Reading hours": own(
            hours,
            *(hours.digest_hour, hours.digest_weekday, hours.quiet_from, hours.quiet_until),
            whose=hours.person_id == me,
        ),
        "Trips, and sites you noted": own(
            Trip,
            *(Trip.kind, Trip.name, Trip.places, Trip.starts_at, Trip.ends_at, Trip.forgotten_at),
            whose=Trip.person_id == me,
        ),
    }


def _searched(me: int) -> dict[str, Select[Any]]:
    saved, recommended = SavedSearch, RecommendedSearch
    return {
        "Saved searches": own(
            saved,
            *(saved.name, saved.words, saved.created_at, saved.looked_at),
            whose=saved.person_id == me,
        ),
        "Searches recommended": own(
            recommended,
            *(recommended.name, recommended.words, recommended.created_at),
            whose=recommended.recommended_by == me,
        ),
    }


def _done(me: int) -> dict[str, Select[Any]]:
    looked = or_(
        *(Edition.published_by == me, Edition.reviewed_by == me, Edition.second_look_by == me)
    )
    editions = own(
        Edition,
        Report.public_id.label("report"),
        Edition.number,
        Edition.published_at,
        whose=looked,
    )
    files = own(
        Attachment,
        *(Report.public_id.label("report"), Attachment.name, Attachment.added_at),
        whose=Attachment.added_by == me,
    )
    return {
        "Reports begun": own(
            Report,
            Report.public_id.label("report"),
            Report.created_at,
            whose=Report.created_by == me,
        ),
        "Editions published or looked at": editions.join(Report, Edition.report_id == Report.id),
        "Files attached": files.join(Report, Attachment.report_id == Report.id),
        "Proposals": own(
            Proposal,
            *(Proposal.public_id, Proposal.words, Proposal.proposed_at, Proposal.state),
            whose=Proposal.proposed_by == me,
        ),
        "Sources added": own(
            RelaySource, RelaySource.public_id, RelaySource.url, whose=RelaySource.added_by == me
        ),
        "Relayed texts decided about": own(
            RelayedItem,
            *(RelayedItem.public_id, RelayedItem.decided_at, RelayedItem.why),
            whose=RelayedItem.decided_by == me,
        ),
    }


def _entries(person: Person) -> Select[Any]:
    # What others did to this person is theirs to know; who it was, and in which words, is not.
    by_them = AuditEntry.actor_id == person.id
    about = and_(AuditEntry.object_kind == "person", AuditEntry.object_id == person.public_id)
    return own(
        AuditEntry,
        *(AuditEntry.id.label("number"), AuditEntry.at, AuditEntry.action, AuditEntry.outcome),
        *(AuditEntry.object_kind, AuditEntry.object_id, by_them.label("by_you")),
        whose=or_(by_them, about),
    )
