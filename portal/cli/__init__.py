"""The command line. Commands call use cases as the operator; parts of the portal are started as subprocesses."""

from __future__ import annotations

import sys

import click

from portal.cli.exporting import export, statement
from portal.cli.importing import import_command
from portal.cli.issuers import issuer
from portal.cli.links import link
from portal.cli.operations import doctor, migrate_command, verify
from portal.cli.parts import hooks, run, web, worker
from portal.cli.people import user
from portal.cli.providers import provider
from portal.cli.seeding import seed
from portal.cli.shop import qr
from portal.errors import PortalError, SettingsError
from portal.process import calm_collector


class _Group(click.Group):
    """Shows a portal error as its sentence, without a trace, and ends with exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException("\n".join(error.problems)) from None
        except PortalError as error:
            raise click.ClickException(str(error.text)) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=None, version="0.1.0", prog_name="portal")
def cli() -> None:
    """Portal de clientes: put a customer portal in front of any billing system.

    Settings come from PORTAL_* variables and portal.toml; see docs/settings.md.
    """


COMMANDS = (
    run, web, worker, hooks, import_command, issuer, user, link, provider, export, statement, qr, verify,
    migrate_command, doctor, seed,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The console entry point."""
    calm_collector()
    sys.exit(cli.main(standalone_mode=True))
