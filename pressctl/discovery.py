"""What must be learned of an account, or laid down there, before its first message: the provider says what, the wire asks."""

from __future__ import annotations

from typing import Any, Protocol

import httpx2

from pressctl.errors import ProviderStop
from pressctl.http1 import Answer, Broken
from pressctl.message import Message
from pressctl.provider import Account

_ROUNDS = 8  # who still asks after so many answers would ask for ever


class Exchange(Protocol):
    """The wire's only verb."""

    async def exchange(self, request: httpx2.Request) -> Answer | Broken:
        """Send a request once and wait for its answer."""


async def learned(via: Account, wire: Exchange, message: Message | None = None) -> Any:
    """The account's settings with all that `discover` learns and, for a `message` of the edition, its files uploaded.

    They stay as they are for a provider that has neither function. Nothing of a delivery leaves here, so nothing is logged
    before. Raises ProviderStop where the account cannot be reached, or cannot be used so.
    """
    module: Any = via.module
    settings: Any = via.settings
    if hasattr(module, "discover"):
        settings = await _discovered(module, via, wire)
    for _ in message.attachments if message and hasattr(module, "upload") else ():
        request = module.upload(message, settings)
        if request is not None:
            settings = module.uploaded(await _answer(via, wire, request), message, settings)
    return settings


async def _discovered(module: Any, via: Account, wire: Exchange) -> Any:
    settings = via.settings
    for _ in range(_ROUNDS):
        request = module.discover(settings)
        if request is None:
            return settings
        settings = module.discovered(await _answer(via, wire, request), settings)
    raise ProviderStop(f"{module.PROFILE.title} comes to no end with what must be learned of the account", hint="check `base_url`")


async def _answer(via: Account, wire: Exchange, request: httpx2.Request) -> httpx2.Response:
    result = await wire.exchange(request)
    if isinstance(result, Answer):
        return result.response
    hint = result.hint or "look whether this machine is online, then run the same command again"
    raise ProviderStop(result.stop or f"the account `{via.name}` cannot be reached: {result.reason}", hint=hint)
