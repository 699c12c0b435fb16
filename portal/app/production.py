"""What keeps a production portal from starting: data that are not real."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.errors import SettingsError
from portal.ledger import trials

_SHOWN = 5


def refuse_trial_data(portal: Portal) -> None:
    """Raises SettingsError when a production portal's ledger holds documents, accounts or money that are not real."""
    if portal.settings.is_production and (problems := trial_data(portal)):
        raise SettingsError(problems)


def trial_data(portal: Portal) -> list[str]:
    """One sentence per kind of data that are not real."""
    with portal.ledger.read() as conn:
        sown, tests = trials.holds_trial_data(conn), trials.trial_documents(conn, _SHOWN)
        offered, paid = trials.trial_accounts(conn), trials.trial_payments(conn, _SHOWN)
    problems = []
    if sown:
        problems.append("The ledger holds demo or seeded documents: give production a database of its own.")
    if tests:
        named = ", ".join(tests)
        problems.append(f"The ledger holds documents of DIAN's test environment ({named}): withdraw them first.")
    if offered:
        named = ", ".join(f"{account_id} ({provider})" for account_id, provider in offered[:_SHOWN])
        problems.append(
            f"Payers are offered accounts whose money is not real: {named}. Switch them off or remove them."
        )
    if paid:
        named = ", ".join(paid)
        problems.append(f"The ledger holds payments of test money ({named}): give production a database of its own.")
    return problems
