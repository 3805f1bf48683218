"""What happens to a framework's own row, its levels, roles, domains and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.catalogue.content import Fields
from service.catalogue.files.entries import CatalogueFile, Entry, Kind
from service.catalogue.files.planning.matching import DEFAULT_NAME, framework_slug
from service.catalogue.files.planning.ordering import merge_order, moved
from service.catalogue.files.planning.plan import RowPlan, Section
from service.catalogue.files.planning.pruning import Pruned
from service.catalogue.files.stored import Stored, StoredRow

_NEW_FRAMEWORK: Fields = dict.fromkeys(("version", "licence", "attribution", "source"))
# What a new row holds where its file says nothing.
_NEW: Mapping[Kind, Fields] = {Kind.ROLES: {"family": None}}


def plan_framework(catalogue: CatalogueFile, stored: Stored) -> Section:
    """The framework's one row; the files need not speak of it."""
    row, given = stored.framework, catalogue.framework.fields if catalogue.framework is not None else {}
    if row is None:
        slug = framework_slug(catalogue, stored)
        return Section(added=(RowPlan(slug, None, {"name": DEFAULT_NAME, **_NEW_FRAMEWORK, **given}, 0),))
    wanted = {**row.fields, **given}
    if wanted == row.fields:
        return Section(unchanged=1)
    return Section(changed=(RowPlan(row.slug, row.id, wanted, 0),))


def plan_rows(catalogue: CatalogueFile, stored: Stored, pruned: Pruned) -> dict[Kind, Section]:
    """The sections of levels, roles, domains and groups."""
    kept = {
        kind: {slug: row for slug, row in rows.items() if slug not in pruned[kind]}
        for kind, rows in stored.rows.items()
    }
    wanted = {kind: [(entry.slug, entry.fields) for entry in catalogue.entries(kind)] for kind in stored.rows}
    wanted[Kind.GROUPS] = [
        (group.slug, {**group.fields, "domain": domain.slug})
        for domain in catalogue.domains or ()
        for group in domain.groups or ()
    ]
    orders = {
        Kind.LEVELS: _Order(),
        Kind.ROLES: _order(list(kept[Kind.ROLES].values()), catalogue.entries(Kind.ROLES)),
        Kind.DOMAINS: _order(list(kept[Kind.DOMAINS].values()), catalogue.entries(Kind.DOMAINS)),
        Kind.GROUPS: _group_order(catalogue, kept[Kind.GROUPS]),
    }
    return {
        kind: _section(
            wanted[kind],
            kept[kind],
            orders[kind],
            defaults=_NEW.get(kind, {}),
            removed=tuple(row for slug, row in rows.items() if slug in pruned[kind]),
        )
        for kind, rows in stored.rows.items()
    }


@dataclass(frozen=True)
class _Order:
    """Positions where they change at all, and the slugs whose turn has changed."""

    positions: Mapping[str, int] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()

    def __or__(self, other: "_Order") -> "_Order":
        return _Order({**self.positions, **other.positions}, self.moved | other.moved)


def _order(stored: Sequence[StoredRow], wanted: Sequence[Entry]) -> _Order:
    before, now = [row.slug for row in stored], [entry.slug for entry in wanted]
    elsewhere = frozenset(moved(before, now))
    if not elsewhere and set(now) <= set(before):
        return _Order()
    return _Order(
        {slug: position for position, slug in enumerate(merge_order(before, now), start=1)}, elsewhere
    )


def _group_order(catalogue: CatalogueFile, stored: Mapping[str, StoredRow]) -> _Order:
    """Groups are in an order within their domain; one that comes from another domain is new there."""
    domain_of = {slug: row.fields["domain"] for slug, row in stored.items()}
    domain_of |= {
        group.slug: domain.slug for domain in catalogue.domains or () for group in domain.groups or ()
    }
    order = _Order()
    for domain in catalogue.domains or ():
        staying = [
            row
            for slug, row in stored.items()
            if row.fields["domain"] == domain.slug and domain_of[slug] == domain.slug
        ]
        order |= _order(staying, domain.groups or ())
    return order


def _section(
    wanted: Sequence[tuple[str, Fields]],
    kept: Mapping[str, StoredRow],
    order: _Order,
    *,
    defaults: Fields,
    removed: tuple[StoredRow, ...],
) -> Section:
    given = dict(wanted)
    added = tuple(
        RowPlan(slug, None, {**defaults, **fields}, order.positions.get(slug, 0))
        for slug, fields in wanted
        if slug not in kept
    )
    changed, shifted = [], []
    for slug, row in kept.items():
        # What the file leaves out stays as it is.
        after = {**row.fields, **given.get(slug, {})}
        plan = RowPlan(slug, row.id, after, order.positions.get(slug, row.position))
        if after != row.fields or slug in order.moved:
            changed.append(plan)
        elif plan.position != row.position:
            shifted.append(plan)
    unchanged = len(given.keys() & kept.keys()) - len(changed)
    return Section(added, tuple(changed), tuple(shifted), removed, unchanged)
