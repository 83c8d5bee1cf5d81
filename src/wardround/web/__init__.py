"""The pages: forms, views, templates and static files."""
