"""The store as a Django application."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The tables of the ledger and its projections."""

    name = "wardround.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
