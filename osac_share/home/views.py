"""The pages where people begin: front, countries, topics, councils."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, render_template

from osac_share.councils import queries as councils
from osac_share.councils.forms import AskForm
from osac_share.councils.login import current_actor
from osac_share.councils.policy import PUBLISHING, SEATS, may_see_list
from osac_share.delivery.queries.mailboxes import gets_no_mail
from osac_share.home import queries
from osac_share.kernel import clock
from osac_share.reports import queries as reports
from osac_share.reports.queries import Filters
from osac_share.search.policy import may_recommend
from osac_share.search.queries.saved import recommended_by
from osac_share.subscriptions.policy import may_subscribe, place_of_council, place_of_region
from osac_share.subscriptions.queries import find_about, wishes_about_places
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import guarded_by, public
from osac_share.web.keeping import NAME, is_for_everybody, kept_page
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor

blueprint = Blueprint("home", __name__)


def page_globals() -> dict[str, Any]:
    """Return what every page needs: who is asking, and what the site is called."""
    actor = current_actor()
    return {
        "current_actor": replace(actor, name=NAME, email=NAME) if is_for_everybody() else actor,
        "may_subscribe": may_subscribe(actor),
        "site": current_settings().site,
        "now": clock.now(),
        "gets_no_mail": _gets_no_mail,
    }


def _gets_no_mail() -> bool:
    # A page that is kept for everybody must not say it of somebody.
    return not is_for_everybody() and gets_no_mail(current_session(), current_actor().id)


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """Answer "what is happening where I care"; to a stranger, what is public."""
    session, actor, at = current_session(), current_actor(), clock.now()
    if not actor.is_signed_in:
        return render_template(
            "home/front_public.html",
            in_force=queries.in_force(session, actor.clearance, at=at),
            newest=reports.listing(session, actor.clearance, limit=queries.SHOWN),
        )
    return kept_page("home/front.html", _find_news, _words_of_front, reader=actor)


class _News(NamedTuple):
    """All that a member's front page depends on."""

    clearance: frozenset[str]
    countries: tuple[str, ...]
    changes: reports.Changes
    gets_no_mail: bool


def _find_news(session: Session, actor: Actor) -> _News:
    countries = tuple(queries.own_countries(session, actor))
    changes = reports.latest_changes(session, actor.clearance)
    return _News(actor.clearance, countries, changes, gets_no_mail(session, actor.id))


def _words_of_front(news: _News) -> dict[str, object]:
    session, actor, at = current_session(), current_actor(), clock.now()
    return {
        "countries": news.countries,
        "is_closed_to_mail": news.gets_no_mail,
        "in_force": queries.in_force(session, actor.clearance, at=at, countries=news.countries),
        "newest": queries.newest_reports(session, actor.clearance),
        "lines": queries.country_lines(session, actor, news.countries),
    }


@blueprint.get("/countries")
@public
def countries() -> ResponseReturnValue:
    """List all countries and areas by region, with advisory level and number of reports."""
    session, actor, regions = current_session(), current_actor(), taxonomy.regions()
    places = [place_of_region(region.code) for region in regions]
    return render_template(
        "home/countries.html",
        regions=[(region, taxonomy.countries(region.code)) for region in regions],
        levels=queries.advisory_levels(session, actor.clearance),
        counts=queries.report_counts(session, actor.clearance),
        wishes=wishes_about_places(session, actor.id, places),
    )


@blueprint.get("/countries/<iso2>")
@public
def country(iso2: str) -> ResponseReturnValue:
    """Show all there is on a country, the active alerts first."""
    session, actor, at = current_session(), current_actor(), clock.now()
    place = taxonomy.country(iso2.upper())
    filters = Filters(countries=(place.iso2,), kinds=queries.NEWS_KINDS)
    return render_template(
        "home/country.html",
        country=place,
        councils=councils.councils_for(session, place.iso2),
        offices=councils.offices_for(session, place.iso2),
        posts=councils.posts_in(session, place.iso2),
        in_force=queries.in_force(session, actor.clearance, at=at, countries=(place.iso2,)),
        newest=reports.listing(session, actor.clearance, filters, limit=queries.SHOWN),
        level=queries.advisory_levels(session, actor.clearance, (place.iso2,)).get(place.iso2),
        chapters=queries.register(session, actor.clearance, place.iso2),
        subscription=find_about(session, actor.id, place=place.iso2),
    )


@blueprint.get("/topics")
@public
def topics() -> ResponseReturnValue:
    """List the topics in their two levels."""
    return render_template("home/topics.html", tree=taxonomy.topics_tree())


@blueprint.get("/topics/<slug>")
@public
def topic(slug: str) -> ResponseReturnValue:
    """Show the newest reports on a topic."""
    session, actor = current_session(), current_actor()
    found = taxonomy.topic(slug)
    filters = Filters(topics=(found.slug,))
    return render_template(
        "home/topic.html",
        topic=found,
        rows=reports.listing(session, actor.clearance, filters, limit=30),
        total=reports.count(session, actor.clearance, filters),
        subscription=find_about(session, actor.id, topic=found.slug),
    )


@blueprint.get("/councils", endpoint="councils")
@public
def council_directory() -> ResponseReturnValue:
    """List the councils."""
    return render_template("home/councils.html", councils=councils.all_councils(current_session()))


@blueprint.get("/councils/<slug>")
@public
def council(slug: str) -> ResponseReturnValue:
    """Show a council: its countries, its chairs to members, its newest reports."""
    session, actor, at = current_session(), current_actor(), clock.now()
    found = councils.get_council(session, slug)
    # Who sits where is for members to know; where to write is for everybody.
    member = actor.id if may_subscribe(actor) else None
    filters = Filters(council_id=found.id)
    return render_template(
        "home/council.html",
        council=found,
        offices=councils.offices_of(session, found),
        chairs=councils.holders(session, found.id, PUBLISHING, at=at) if member else (),
        own_seat=member and councils.find_seat(session, found.id, member, SEATS, at=at),
        asked=member and councils.find_own_request(session, found.id, member),
        sees_list=may_see_list(actor.standing, found.id),
        form=AskForm(formdata=None) if member else None,
        subscription=find_about(session, member, place=place_of_council(found.id)),
        recommended=recommended_by(session, found.id) if member else (),
        may_recommend=may_recommend(actor.standing, found.id),
        rows=reports.listing(session, actor.clearance, filters, limit=30),
        total=reports.count(session, actor.clearance, filters),
    )


@blueprint.get("/account")
@guarded_by("one's own account only")
def account() -> ResponseReturnValue:
    """Show people what the site knows them as, and where they change it."""
    actor = current_actor()
    return render_template(
        "home/account.html",
        offices=queries.offices(current_session(), actor.standing),
        sso=current_settings().sso,
    )
