"""Who takes a mail that came in: the first handler that wants it.

To add one (an autoresponder): write `def take(portal, letter) -> Taken | None` in a module of its own, and
put it into HANDLERS before whatever is less particular. Rules:

- None means «not mine»; it must have changed nothing then. Look at `letter.recipients` (the address with its token),
  `letter.answers` (the Message-IDs it replies to), `letter.text`, `letter.attachments`, `letter.raw`.
- It may be called again for the same message: the process may die before the message is noted. What it writes goes
  into `Taken.write`, which is called with the unit of the transaction that notes the message, so both happen or
  neither. An import is asked for with a key made of `letter.digest`, which makes it the same import.
- `letter.sender` is what From says. Unless `letter.verified`, anybody can have written it: rely on a token of your own
  in the address, or leave the message to quarantine.
- Return `Taken(Outcome.HANDLED, issuer_id)` for what is done, `Outcome.WAITING` with `reason` and `files` for what has
  to wait in quarantine.
- A refusal it raises puts the message into quarantine with that sentence; it never stops the mailbox.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.app.incoming.bounces import take_bounces
from portal.app.incoming.documents import take_documents
from portal.app.incoming.replies import take_replies
from portal.app.portal import Portal
from portal.domain.letters import Letter, Taken

Handler = Callable[[Portal, Letter], Taken | None]
HANDLERS: tuple[Handler, ...] = (take_bounces, take_replies, take_documents)
