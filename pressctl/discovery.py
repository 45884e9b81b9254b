"""Before the first message: what must be learned of an account, and which files must lie there already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pressctl.errors import ProviderStop
from pressctl.message import Message
from pressctl.provider import Account
from pressctl.wire import Broken

if TYPE_CHECKING:
    import httpx2

    from pressctl.wire import Wire

STEPS = 40  # questions and files of one account; more than that is a provider that never says enough


async def learned(via: Account, wire: Wire) -> Account:
    """The account with its settings filled in by the provider. Raises ProviderStop where the provider does not help."""
    module: Any = via.module
    if not hasattr(module, "discover"):
        return via
    for _ in range(STEPS):
        request = module.discover(via.settings)
        if request is None:
            return via
        via = replace(via, settings=module.discovered(await _answer(via, wire, request), via.settings))
    raise ProviderStop(f"`{via.name}` asks for ever more before it can send", hint="look at the account in the provider's own pages")


async def stocked(via: Account, message: Message, wire: Wire) -> Account:
    """The account with the files of a message lying there, where the provider wants them first. Raises ProviderStop."""
    module: Any = via.module
    if not hasattr(module, "upload"):
        return via
    for _ in range(STEPS):
        request = module.upload(message, via.settings)
        if request is None:
            return via
        via = replace(via, settings=module.uploaded(await _answer(via, wire, request), message, via.settings))
    raise ProviderStop(f"`{via.name}` did not take the attachments", hint="send without them, or through another provider")


async def _answer(via: Account, wire: Wire, request: httpx2.Request) -> httpx2.Response:
    result = await wire.exchange(request)
    if isinstance(result, Broken):
        raise ProviderStop(f"`{via.name}` cannot be reached: {result.reason}", hint=result.hint or "is this machine online?")
    return result.response
