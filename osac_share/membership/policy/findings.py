"""What the house itself finds out about an application, for those who vet it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.membership.policy.domains import domain_of, is_free_mail
from osac_share.membership.policy.names import canonical_name, resembled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.membership.models import Application


@dataclass(frozen=True, slots=True)
class Known:
    """An organization that is a member, or has applied, as far as it can be mixed up.

    `public_id` is a member's; an application has none.
    """

    name: str
    domains: frozenset[str]
    public_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth knowing; `known` is the organization that it is about."""

    words: str
    known: Known | None = None
    is_warning: bool = True


def findings_about(application: Application, others: Sequence[Known]) -> tuple[Finding, ...]:
    """Return everything that can be found out, warnings first.

    Args:
        application: what was applied with.
        others: members, and organizations whose applications are open.

    """
    found = [
        *_about_address(application),
        *_about_domains(application, others),
        *_about_name(application, others),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.is_warning))


def _about_address(application: Application) -> Iterator[Finding]:
    domain = domain_of(application.email)
    if is_free_mail(domain):
        yield Finding(f"The contact writes from {domain}, where anybody gets an address.")
    elif domain in application.domains:
        yield Finding(
            "The contact's address is at the organization's own domain.", is_warning=False
        )
    else:
        yield Finding(f"The contact's domain, {domain}, is none of the organization's.")
    for free in filter(is_free_mail, application.domains):
        yield Finding(f"The organization names {free} as its own; anybody gets one there.")


def _about_domains(application: Application, others: Sequence[Known]) -> Iterator[Finding]:
    own = frozenset(application.domains) | {domain_of(application.email) or ""}
    for known in others:
        for shared in sorted(own & known.domains):
            yield Finding(f"The domain {shared} is already used by", known)


def _about_name(application: Application, others: Sequence[Known]) -> Iterator[Finding]:
    own = canonical_name(application.name)
    same = [known for known in others if canonical_name(known.name) == own]
    for known in same:
        yield Finding("It has the same name as", known)
    names = {known.name: known for known in others}
    alike = resembled(application.name, names)
    for name in alike:
        yield Finding("Its name looks like that of", names[name])
    if not same and not alike:
        yield Finding(
            "No member, and no open application, has a name like this one.", is_warning=False
        )
