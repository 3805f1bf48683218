"""Where watches come from."""

import sqlalchemy as sa
from sqlmodel import col

from service.sources import Source, columns_of
from service.watches.models import Watch

# Those that last.
WATCHES = Source(sa.select(*columns_of(Watch)).where(col(Watch.ended_at).is_(None)))
