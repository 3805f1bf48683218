"""Every table of the product, known to the metadata by importing this module.

Foreign keys name their target by a string, so that a slice need not import a higher one; the composition roots and the
migrations import this to make all targets known.
"""

from sqlmodel import SQLModel

import service.activity.models
import service.catalogue.models
import service.comments.models
import service.credentials.models
import service.moderation.models
import service.notifications.models
import service.people.models
import service.plans.models
import service.proposals.models
import service.sign_in.models
import service.watches.models
import service.webhooks.models  # noqa: F401

metadata = SQLModel.metadata
