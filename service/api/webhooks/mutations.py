"""Registering webhooks, and sending once more what they missed."""

import strawberry

from service.activity.models import PublicEventKind
from service.api.context import Info
from service.api.node import row_id
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.api.webhooks.types import Webhook, WebhookDelivery
from service.people.models import PersonRole
from service.webhooks import actions
from service.webhooks.rules import secret_of


@strawberry.input(description="An address that is to hear of published events.")
class CreateWebhookInput:
    """From now on."""

    url: str = strawberry.field(
        description="An address with https://, of at most 500 characters. Only networks that WEBHOOK_NETWORKS names "
        "may be private, and only they may be called by http:// and an IP address."
    )
    kinds: list[PublicEventKind] = strawberry.field(
        default_factory=list, description="The kinds of event that it hears of; all where none is named."
    )


@strawberry.input(description="What is to change in a webhook. What is left out stays.")
class UpdateWebhookInput:
    """By its id."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook's id.")
    url: str | None = strawberry.field(default=None, description="Another address.")
    kinds: list[PublicEventKind] | None = strawberry.field(
        default=None, description="Other kinds of event; an empty list for all."
    )
    is_enabled: bool | None = strawberry.field(
        default=None,
        description="Whether anything is sent to it. Turned on again, it hears of what is published from then on.",
    )


@strawberry.input(description="A webhook that is to have another secret.")
class RotateWebhookSecretInput:
    """By its id."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook's id.")


@strawberry.input(description="A webhook that is to go, with its log.")
class DeleteWebhookInput:
    """By its id."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook's id.")


@strawberry.input(description="A delivery that is to be sent once more.")
class RedeliverInput:
    """By its id."""

    delivery_id: strawberry.ID = strawberry.field(description="The delivery's id.")


@strawberry.type
class _SecretPayload:
    """What is answered where there is a new secret."""

    webhook: Webhook | None = strawberry.field(default=None, description="The webhook as it is listed.")
    secret: str | None = strawberry.field(
        default=None,
        description="What its receiver checks signatures with: `whsec_…`. Nobody can tell it again.",
    )


@payload("What came of making a webhook.")
class CreateWebhookPayload(_SecretPayload):
    """Of `createWebhook`."""


@payload("What came of giving a webhook another secret.")
class RotateWebhookSecretPayload(_SecretPayload):
    """Of `rotateWebhookSecret`."""


@payload("What came of changing a webhook.")
class UpdateWebhookPayload:
    """Of `updateWebhook`."""

    webhook: Webhook | None = strawberry.field(default=None, description="The webhook as it now is.")


@payload("What came of removing a webhook.")
class DeleteWebhookPayload:
    """Of `deleteWebhook`."""

    webhook_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the webhook that is none any more."
    )


@payload("What came of sending a delivery once more.")
class RedeliverPayload:
    """Of `redeliver`."""

    delivery: WebhookDelivery | None = strawberry.field(
        default=None, description="The delivery, which waits now."
    )


@strawberry.type
class WebhookMutation:
    """The life of a webhook."""

    @mutation(needs=PersonRole.MAINTAINER, description="Let an address hear of published events from now on.")
    async def create_webhook(self, info: Info, input: Given[CreateWebhookInput]) -> CreateWebhookPayload:
        """Each time another one."""
        context, by = info.context, signed_in(info.context).id
        async with context.transaction() as session:
            made = await actions.create_webhook(session, input.url, input.kinds, by=by, at=context.now())
        secret = secret_of(context.secret_key, made.nonce)
        return CreateWebhookPayload(webhook=await Webhook.find(info, (made.id,)), secret=secret)

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Change where a webhook leads and what it hears of; turn it off or on.",
    )
    async def update_webhook(self, info: Info, input: Given[UpdateWebhookInput]) -> UpdateWebhookPayload:
        """What waits when it is turned off has failed."""
        context = info.context
        async with context.transaction() as session:
            changed = await actions.update_webhook(
                session,
                row_id(input.webhook_id, "Webhook"),
                url=input.url,
                kinds=input.kinds,
                is_enabled=input.is_enabled,
                by=signed_in(context).id,
                at=context.now(),
            )
        return UpdateWebhookPayload(webhook=await Webhook.find(info, (changed.id,)))

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Give a webhook another secret; the one before is none at once.",
    )
    async def rotate_webhook_secret(
        self, info: Info, input: Given[RotateWebhookSecretInput]
    ) -> RotateWebhookSecretPayload:
        """What is sent from now on is signed with it."""
        context, key = info.context, row_id(input.webhook_id, "Webhook")
        async with context.transaction() as session:
            changed = await actions.rotate_secret(session, key, by=signed_in(context).id, at=context.now())
        secret = secret_of(context.secret_key, changed.nonce)
        return RotateWebhookSecretPayload(webhook=await Webhook.find(info, (changed.id,)), secret=secret)

    @mutation(needs=PersonRole.MAINTAINER, description="Remove a webhook with its log.")
    async def delete_webhook(self, info: Info, input: Given[DeleteWebhookInput]) -> DeleteWebhookPayload:
        """For good."""
        context, key = info.context, row_id(input.webhook_id, "Webhook")
        async with context.transaction() as session:
            await actions.delete_webhook(session, key, by=signed_in(context).id, at=context.now())
        return DeleteWebhookPayload(webhook_id=input.webhook_id)

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Send a delivery once more, now, whatever became of it.",
    )
    async def redeliver(self, info: Info, input: Given[RedeliverInput]) -> RedeliverPayload:
        """With the same id, by which its receiver knows it again."""
        context, key = info.context, row_id(input.delivery_id, "WebhookDelivery")
        async with context.transaction() as session:
            waiting = await actions.redeliver(session, key, at=context.now())
        return RedeliverPayload(delivery=await WebhookDelivery.find(info, (waiting.id,)))
