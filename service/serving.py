"""The application as uvicorn makes it, once in each of its processes."""

from starlette.applications import Starlette

from service import journal
from service.app import create_app
from service.settings import Settings


def application() -> Starlette:
    """The API with the settings, and the logging, of the environment."""
    settings = Settings()
    journal.set_up(settings.log_level, settings.log_format)
    return create_app(settings)
