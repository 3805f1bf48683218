"""Plain functions and classes that make what a test needs, with sensible values for all that it does not care about."""

from tests.factories.catalogue import make_frame, make_skill, slug_of
from tests.factories.clock import Clock
from tests.factories.product import Product
from tests.factories.transport import RecordingTransport

__all__ = ["Clock", "Product", "RecordingTransport", "make_frame", "make_skill", "slug_of"]
