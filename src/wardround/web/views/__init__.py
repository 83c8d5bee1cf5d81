"""The pages, one module a stage; each lists its own addresses in `urlpatterns`."""
