"""The objects of collections (TAXII 2.1, sections 5.3 to 5.8). None can be written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flask import request

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotAllowed, NotFound
from osac_share.reports.views.noting import note_readings
from osac_share.taxii import documents, queries
from osac_share.taxii.documents import Site, added
from osac_share.taxii.queries import ALL, Page, View
from osac_share.taxii.views.asking import asked
from osac_share.taxii.views.blueprint import answer, at, for_readers
from osac_share.taxii.views.resources import get_collection_at
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from osac_share.taxii.documents.resources import Resource

_OBJECTS = "/<root>/collections/<collection_id>/objects/"
_OBJECT = f"{_OBJECTS}<object_id>/"


@at(_OBJECTS)
@for_readers
def objects(root: str, collection_id: str) -> ResponseReturnValue:
    """Give a page of a collection; that somebody reads what it holds is noted as on pages."""
    view = _view(root, collection_id)
    return _given(queries.page_of(current_session(), view, asked(request.args)))


@at("/<root>/collections/<collection_id>/manifest/")
@for_readers
def manifest(root: str, collection_id: str) -> ResponseReturnValue:
    """Say what a page of a collection holds."""
    view = _view(root, collection_id)
    page = queries.page_of(current_session(), view, asked(request.args), whole=False)
    records = [(one.id, one.added_at, one.version) for one in page.items]
    return _paged(documents.manifest_json(records, page.following), page)


@at(_OBJECT)
@for_readers
def one_object(root: str, collection_id: str, object_id: str) -> ResponseReturnValue:
    """Give the versions of an object that are asked for, the last one unless others are."""
    view = _view(root, collection_id, object_id)
    wanted = asked(request.args, ids=(object_id,))
    return _given(queries.page_of(current_session(), view, wanted))


@at(f"{_OBJECT}versions/")
@for_readers
def versions(root: str, collection_id: str, object_id: str) -> ResponseReturnValue:
    """List the versions of an object."""
    view = _view(root, collection_id, object_id)
    wanted = asked(request.args, ids=(object_id,), versions=(ALL,))
    page = queries.page_of(current_session(), view, wanted, whole=False)
    found = [one.version for one in page.items]
    return _paged(documents.versions_json(found, page.following), page)


@at(_OBJECTS, "POST")
@for_readers
def add(root: str, collection_id: str) -> NoReturn:
    """Refuse to add anything."""
    _refuse(root, collection_id)


@at(_OBJECT, "DELETE")
@for_readers
def remove(root: str, collection_id: str, **_object: str) -> NoReturn:
    """Refuse to remove anything, whether it is there or not."""
    _refuse(root, collection_id)


def _refuse(root: str, collection_id: str) -> NoReturn:
    get_collection_at(root, collection_id)
    raise NotAllowed("This collection is read only.")


def _view(root: str, collection_id: str, object_id: str | None = None) -> View:
    settings, session = current_settings(), current_session()
    filters = get_collection_at(root, collection_id).filters(session)
    site = Site(settings.site.name, settings.public.url)
    view = View(current_actor().clearance, filters, site)
    if object_id is not None and not queries.holds(session, view, object_id):
        raise NotFound
    return view


def _given(page: Page) -> ResponseReturnValue:
    note_readings({one.public_id: one.marking for one in page.items})
    made = [one.made for one in page.items if one.made is not None]
    return _paged(documents.envelope_json(made, page.following), page)


def _paged(said: Resource, page: Page) -> ResponseReturnValue:
    headers: Mapping[str, str] = {}
    if page.items:
        headers = {
            "X-TAXII-Date-Added-First": added(page.items[0].added_at),
            "X-TAXII-Date-Added-Last": added(page.items[-1].added_at),
        }
    return answer(said, headers)
