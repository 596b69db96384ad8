"""Making a feed of one's own, and a list of those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template, request

from osac_share.accounts import login
from osac_share.councils.login import current_actor
from osac_share.councils.policy import MEMBERS
from osac_share.councils.queries import all_councils
from osac_share.feeds.documents.opml import write_opml
from osac_share.feeds.forms import PrivateFeedForm
from osac_share.feeds.queries import SEARCH
from osac_share.feeds.views.blueprint import blueprint
from osac_share.feeds.views.scopes import scope_bound_to
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.tokens import actions
from osac_share.tokens.models import FEED
from osac_share.tokens.queries import tokens_of
from osac_share.tokens.views import made_page
from osac_share.web.access import guarded_by
from osac_share.web.files import disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.councils.policy import Actor


@blueprint.route("/account/tokens/feeds/new", methods=["GET", "POST"])
@guarded_by("members, for themselves, freshly proved")
def make_private() -> ResponseReturnValue:
    """Make a private feed and show its address, this once; a page's own feed is filled in."""
    login.require_fresh()
    actor, settings = _member(), current_settings()
    councils = all_councils(current_session())
    words = (request.form if request.method == "POST" else request.args).get("q", "")
    form = PrivateFeedForm(councils, settings.site.council_label, words, **_chosen())
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("feeds/make_private.html", form=form), status
    scope = scope_bound_to(form.feed, actor.clearance)
    if scope is None:
        raise RuleBroken("There is no such feed any more.")
    wanted = actions.Wanted(
        FEED,
        form.label.data or "",
        feed={**form.feed, "title": scope.title} | ({"words": scope.words} if scope.words else {}),
        days=int(form.days.data),
        address=request.remote_addr or "",
    )
    secret, by = settings.require_secret(), actor.name_in_record
    with transaction(current_session()) as session:
        token, shown = actions.make(
            session, actor.id or 0, wanted, secret=secret, by=by, at=clock.now()
        )
    return made_page(token, shown)


@blueprint.get("/account/tokens/feeds.opml")
@guarded_by("one's own only")
def own_feeds() -> ResponseReturnValue:
    """Answer the list of one's private feeds (OPML 2.0), for a feed reader to take in.

    The tokens are not known here any more, so the addresses hold none: the reader asks for a
    password, and each feed's token is its own.
    """
    settings, actor = current_settings(), _member()
    held = tokens_of(current_session(), actor.id or 0, at=clock.now())
    address = f"{settings.public.url}/feeds/private"
    body = write_opml(
        f"{settings.site.name}: private feeds",
        [
            (f"{token.feed.get('title', '')} ({token.label})", f"{address}/{token.public_id}.atom")
            for token in held
            if token.kind == FEED
        ],
    )
    answer = Response(body, content_type="text/x-opml; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition("attachment", "private-feeds.opml")
    return answer


def _member() -> Actor:
    actor = current_actor()
    if MEMBERS not in actor.clearance:
        raise NotAllowed("Private feeds are for members in good standing.")
    return actor


def _chosen() -> dict[str, str]:
    """Return what the address fills in: `about`, or the filters of the list of reports."""
    given = {
        field: request.args[name]
        for name, field in (("topic", "topics"), ("kind", "kinds"), ("severity", "severities"))
        if request.args.get(name)
    }
    country = request.args.get("country")
    about = SEARCH if request.args.get("q") else f"countries/{country}" if country else "reports"
    return {"about": request.args.get("about") or about, **given}
