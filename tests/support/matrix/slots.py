"""What each argument of a rule stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SLOTS: Mapping[tuple[str, str], str] = {
    ("/reports/", "public_id"): "report",
    ("/reports/", "number"): "edition",
    ("/reports/", "attachment_id"): "file",
    ("/attachments/", "attachment_id"): "file",
    ("/attachments/", "name"): "file name",
    ("/api/v1/reports/", "public_id"): "report",
    ("/api/v1/reports/", "number"): "edition",
    ("/api/v1/drafts/", "public_id"): "report",
    ("/api/v1/subscriptions/", "public_id"): "subscription",
    ("/api/v1/searches/", "public_id"): "saved search",
    ("/cap/", "public_id"): "report",
    ("/cap/", "number"): "edition",
    ("/feeds/cap.", "written"): "format of lists",
    ("/api/", "rest"): "anything else",
    ("/relays/", "public_id"): "relayed text",
    ("/relays/sources/", "public_id"): "source",
    ("/subscriptions/", "public_id"): "subscription",
    ("/trips/", "public_id"): "trip",
    ("/organization/sites/", "public_id"): "site",
    ("/organization/sites/", "act"): "act on hearing",
    ("/searches/", "public_id"): "saved search",
    ("/councils/<slug>/searches/", "public_id"): "recommended search",
    ("/unsubscribe/", "token"): "unsubscribe token",
    ("/acknowledge/", "token"): "signed link",
    ("/outbox/", "mail_id"): "mail",
    ("/channels/", "public_id"): "endpoint",
    ("/channels/", "message"): "message",
    ("/channels/new/", "channel"): "kind of endpoint",
    ("/countries/", "iso2"): "country",
    ("/councils/", "slug"): "council",
    ("/topics/", "slug"): "topic",
    ("/feeds/", "shelf"): "shelf",
    ("/feeds/", "key"): "key",
    ("/feeds/", "kind"): "format",
    ("/feeds/", "month"): "month",
    ("/feeds/registers/", "name"): "register",
    ("/feeds/private/", "key"): "feed token",
    ("/calendars/", "shelf"): "shelf",
    ("/calendars/", "key"): "key",
    ("/calendars/private/", "key"): "feed token",
    ("/exports/", "form"): "form of a list",
    ("/taxii2/", "root"): "API root",
    ("/taxii2/", "collection_id"): "collection",
    ("/taxii2/", "object_id"): "object of a collection",
    ("/taxii2/", "status_id"): "object of a collection",
    ("/taxii2/", "rest"): "anything else",
    ("/static/", "filename"): "static file",
    ("/account/sessions/", "public_id"): "session",
    ("/account/factors/", "public_id"): "factor",
    ("/account/tokens/", "public_id"): "token",
    ("/account/address/", "token"): "signed link",
    ("/reset/", "token"): "signed link",
    ("/invitations/", "token"): "signed link",
    ("/apply/", "token"): "signed link",
    ("/admin/applications/", "public_id"): "application",
    ("/admin/organizations/", "public_id"): "organization",
    ("/admin/organizations/", "invitation_id"): "invitation",
    ("/admin/organizations/", "person_id"): "person",
    ("/admin/organizations/", "act"): "act on an organization",
    ("/organization/people/", "public_id"): "person",
    ("/organization/people/", "act"): "act on a person",
    ("/organization/invitations/", "public_id"): "invitation",
    ("/organization/invitations/", "act"): "act on an invitation",
    ("/organization/invited/", "public_id"): "invitation",
    ("/councils/<slug>/", "slug"): "council list",
    ("/councils/<slug>/requests/", "public_id"): "join request",
    ("/councils/<slug>/members/", "seat_id"): "seat",
    ("/admin/councils/", "slug"): "council list",
    ("/admin/councils/", "seat_id"): "seat",
    ("/admin/contacts/posts/", "post_id"): "post",
    ("/admin/contacts/offices/", "public_id"): "office",
    ("/proposals/", "public_id"): "proposal",
    ("/admin/record", "ending"): "ending",
    ("/admin/record/", "number"): "entry",
}
"""What each argument of a rule names, by the beginning of the rule; the longest one counts."""

NO_ROW = 999_999
"""A number that no row has."""

SHORT = 4
"""What is no longer than this turns up by chance; it is never taken out of an answer."""

WHOLES = frozenset({"organization", "council list"})
"""What other things are a part of."""

OPEN_SLOTS: Mapping[str, Sequence[object]] = {
    "country": ("KE", "NG"),
    "council": ("kenya", "nigeria"),
    "topic": ("civil-unrest", "crime"),
    "shelf": ("countries", "regions", "topics", "councils"),
    "key": ("KE", "NG", "AF", "civil-unrest", "kenya", "nigeria"),
    "format": ("atom", "rss", "json"),
    "month": ("2026-03", "2026-03-1"),
    "register": ("advisories", "country-reports", "posts"),
    "format of lists": ("atom", "rss"),
    # Links that a letter opens with are tried with their own tests; here nobody holds one.
    "signed link": ("x",),
    "feed token": ("x",),
    "form of a list": ("csv", "json", "pdf"),
    "API root": ("reports", "councils", "countries"),
    "collection": ("all", "kenya", "nigeria", "ke", "ng"),
    # Each collection is read to its end with what programs are given.
    "object of a collection": ("x",),
    # Where posts and offices are is public; who may change that is a list of its own.
    "anything else": ("v2/reports",),
    "post": (1,),
    "office": ("x",),
    "ending": ("csv", "jsonl"),
    "kind of endpoint": ("webhook", "chat", "sms"),
    # Messages are looked for among those of one endpoint; a strange one is none of them.
    "message": ("msg_0",),
    # The record is one list; who reads it reads all of it.
    "entry": (1, 2),
    "act on an organization": ("suspend", "restore"),
    "act on a person": ("suspend", "restore", "end"),
    "act on an invitation": ("resend", "revoke"),
    "act on hearing": ("hear", "stop"),
}
"""Values of arguments that are nobody's secret."""


def slot_of(rule: str, argument: str) -> str:
    """Return what an argument of a rule stands for.

    Raises:
        LookupError: nobody has said so; the message says what to add.

    """
    fitting = [
        (len(start), slot)
        for (start, name), slot in SLOTS.items()
        if name == argument and rule.startswith(start)
    ]
    if not fitting:
        raise LookupError(
            f"The matrix does not know what <{argument}> is in {rule}. Add it to SLOTS in "
            "tests/support/matrix/slots.py, make such objects in furnishing.py, and say in "
            "rules.py who may open them."
        )
    return max(fitting)[1]
