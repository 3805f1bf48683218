"""The application as uvicorn makes it, once in each of its processes."""

import gc

from starlette.applications import Starlette

from service import journal
from service.app import create_app
from service.settings import Settings

# So many objects more than were let go of, and the collector looks at the young ones.
_ALLOCATIONS = 10_000


def application() -> Starlette:
    """The API with the settings, and the logging, of the environment."""
    settings = Settings()
    journal.set_up(settings.log_level, settings.log_format)
    app = create_app(settings)
    _collect_less()
    return app


def _collect_less() -> None:
    """Have Python look for garbage among what requests leave behind, and not in the application itself.

    To look through schema and modules takes it some 200 ms, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)
