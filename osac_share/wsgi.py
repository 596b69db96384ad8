"""The object that a web server loads: `osac_share.wsgi:app`."""

from osac_share.app import create_app

app = create_app()
