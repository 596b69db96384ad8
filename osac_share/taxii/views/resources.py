"""What a server, its API roots and its collections are (TAXII 2.1, sections 4 and 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from osac_share.kernel.errors import NotFound
from osac_share.taxii import documents, queries
from osac_share.taxii.views.blueprint import answer, at, for_readers
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.taxii.documents.resources import Resource
    from osac_share.taxii.queries import Collection

LARGEST_REQUEST = 1024 * 1024


@at("/")
@for_readers
def discovery() -> ResponseReturnValue:
    """Say which API roots there are."""
    settings = current_settings()
    roots = [f"{settings.public.url}/taxii2/{name}/" for name in queries.ROOTS]
    return answer(documents.discovery_json(settings.site.name, roots))


@at("/<root>/")
@for_readers
def api_root(root: str) -> ResponseReturnValue:
    """Say what an API root is."""
    found = queries.get_root(root)
    title = f"{current_settings().site.name}: {found.title}"
    return answer(documents.root_json(title, found.words, LARGEST_REQUEST))


@at("/<root>/status/<status_id>/")
@for_readers
def status(root: str, status_id: str) -> NoReturn:
    """Say that there is no such request: nothing is ever added by clients."""
    queries.get_root(root)
    raise NotFound(f"There is no request {status_id[:40]!r}.")


@at("/<root>/collections/")
@for_readers
def collections(root: str) -> ResponseReturnValue:
    """List the collections of an API root."""
    found = queries.collections_of(current_session(), queries.get_root(root))
    return answer({"collections": [_said(one) for one in found]})


@at("/<root>/collections/<collection_id>/")
@for_readers
def collection(root: str, collection_id: str) -> ResponseReturnValue:
    """Say what a collection is."""
    return answer(_said(get_collection_at(root, collection_id)))


@at("/<path:rest>")
@for_readers
def nothing(**_rest: str) -> NoReturn:
    """Say in the standard's own way that there is nothing at an address."""
    raise NotFound


def get_collection_at(root: str, collection_id: str) -> Collection:
    """Return a collection of an API root.

    Raises:
        NotFound: there is none.

    """
    return queries.get_collection(current_session(), queries.get_root(root), collection_id)


def _said(one: Collection) -> Resource:
    words = f"Reports as STIX 2.1: {one.title}. What you may see of them."
    return documents.collection_json(one.id, one.alias, one.title, words)
