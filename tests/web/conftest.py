"""The same beginning as the stories."""

from tests.features.conftest import community

__all__ = ["community"]
