"""What the ways in share: what they need of the process around them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.api.cookies import Cookies
from service.api.sign_in import SignIn
from service.database import Database
from service.people.models import PersonRole
from service.rates import Rates


@dataclass(frozen=True)
class Door:
    """What signing in needs of its surroundings."""

    database: Database
    sign_in: SignIn
    cookies: Cookies
    rates: Rates
    now: Callable[[], datetime]
    secret_key: str
    site_name: str
    site_url: str
    first_role: PersonRole
    # Names and titles of the providers that people may come in by.
    providers: Mapping[str, str]
