"""The blueprint that all views of feeds belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from osac_share.feeds.documents import FeedRenderer

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("feeds", __name__)


@blueprint.record_once
def _make_renderer(state: BlueprintSetupState) -> None:
    state.app.extensions["osac_feeds"] = FeedRenderer()
