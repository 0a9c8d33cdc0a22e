"""What a WSGI server serves: `wsgi:app`."""

from firewall_admin.app import create_app

app = create_app()
