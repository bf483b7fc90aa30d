"""mail-server: takes inbound mail from the mail server by LMTP. What it answered with yes is stored."""

import argparse
import asyncio
import signal

from kit.db import database
from kit.settings import PREFIX, SettingsError, settings
from mail import lmtp
from web import schema
from web.app import set_up_logs


def mail_server(args: argparse.Namespace) -> int:
    """Receives until it is told to stop."""
    set_up_logs()
    config = settings()
    if not config.reply_address:
        raise SettingsError(f"{PREFIX}REPLY_ADDRESS is missing: set the mailbox that answers come to.")
    if fault := schema.schema_fault(database()):
        raise SettingsError(f"The database: {fault}")

    async def receive() -> None:
        stop = asyncio.Event()
        for told in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(told, stop.set)
        print(f"LMTP for {config.reply_address} on {args.host}:{args.port}", flush=True)
        await lmtp.serve(database(), host=args.host, port=args.port, hostname=config.host, stop=stop)

    try:
        asyncio.run(receive())
    except OSError as error:
        raise SettingsError(f"Port {args.port} on {args.host} cannot be opened: {error.strerror}") from error
    return 0
