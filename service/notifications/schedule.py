"""When mail may go, in SQL: the next digest and the end of quiet hours, by a person's own clock.

Each is an expression over a row of `mail_settings` named `settings`, or over none, where the defaults hold. PostgreSQL
knows when clocks change: the hour that is skipped counts as the next one, the hour that comes twice counts once.
"""

_ZONE = "coalesce(settings.time_zone, 'UTC')"
_HERE = f"(CAST(:at AS timestamptz) AT TIME ZONE {_ZONE})"
_DIGEST_TIME = f"date_trunc('day', {_HERE}) + make_interval(hours => coalesce(settings.digest_hour, 8))"
_DAILY = f"({_DIGEST_TIME} + make_interval(days => CASE WHEN {_DIGEST_TIME} <= {_HERE} THEN 1 ELSE 0 END))"
_DAYS_AHEAD = (
    f"(7 + coalesce(settings.digest_weekday, 1) - CAST(extract(isodow FROM {_HERE}) AS integer)) % 7"
)
_WEEKDAY = f"{_DIGEST_TIME} + make_interval(days => {_DAYS_AHEAD})"
_WEEKLY = f"({_WEEKDAY} + make_interval(days => CASE WHEN {_WEEKDAY} <= {_HERE} THEN 7 ELSE 0 END))"


def digest_due(frequency: str) -> str:
    """The next time that a digest is due after `:at`, of the frequency that the expression gives."""
    return f"(CASE {frequency} WHEN 'DAILY' THEN {_DAILY} ELSE {_WEEKLY} END AT TIME ZONE {_ZONE})"


_HOUR = f"extract(hour FROM {_HERE})"
_IS_QUIET = (
    f"CASE WHEN settings.quiet_from < settings.quiet_until"
    f" THEN {_HOUR} >= settings.quiet_from AND {_HOUR} < settings.quiet_until"
    f" ELSE {_HOUR} >= settings.quiet_from OR {_HOUR} < settings.quiet_until END"
)
_QUIET_END = (
    f"date_trunc('day', {_HERE}) + make_interval(hours => settings.quiet_until,"
    f" days => CASE WHEN {_HOUR} >= settings.quiet_until THEN 1 ELSE 0 END)"
)
# When the quiet hours that `:at` falls into are over; null where it falls into none.
QUIET_UNTIL = f"(CASE WHEN {_IS_QUIET} THEN {_QUIET_END} END AT TIME ZONE {_ZONE})"
