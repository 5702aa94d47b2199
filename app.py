"""What `flask --app app …` and the web server load."""

from eventkit import create_app

app = create_app()
