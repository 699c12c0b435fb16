"""No order of events loses money, doubles it or breaks a law: random histories, each step checked."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.app.payments.machine import Machine, build_town

SHORT, LONG = 16, int(os.environ.get("PORTAL_PAYMENT_HISTORIES", "10000"))
STEPS = 20
PROCESSES = 2


def tell_histories(home: Path, histories: int, seed: int) -> tuple[int, int]:
    """How many there were, and how many transactions they held."""
    town, told, transactions = build_town(home), 0, 0

    class History(Machine):
        def teardown(self) -> None:
            nonlocal told, transactions
            super().teardown()
            told, transactions = told + 1, transactions + len(self.company.all())

    History.town = town
    quick = settings(
        max_examples=histories, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(History), settings=quick)
    finally:
        town.portal.close()
    return told, transactions


def tell_apart(home: Path, histories: int, seed: int) -> tuple[int, int] | str:
    """The same in a process of its own, whose failure comes back as text."""
    home.mkdir()
    try:
        return tell_histories(home, histories, seed)
    except BaseException:  # noqa: BLE001  Hypothesis's own are none of Exception
        return traceback.format_exc()


def test_no_history_loses_or_doubles_money(seed: int, tmp_path: Path, figure: Callable[[str], None]) -> None:
    told, transactions = tell_histories(tmp_path, SHORT, seed)
    figure(f"{told} histories of paying, {transactions} transactions: 0 lost, 0 doubled")


@pytest.mark.nightly
def test_none_of_many_histories_loses_or_doubles_money(
    seed: int, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """On two processes, with two seeds."""
    each = -(-LONG // PROCESSES)
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as both:
        works = [both.submit(tell_apart, tmp_path / str(n), each, seed + n) for n in range(PROCESSES)]
        ends = [work.result() for work in works]
    failures = [one for one in ends if isinstance(one, str)]
    assert not failures, "\n\n".join(failures)
    told, transactions = (sum(one[i] for one in ends if not isinstance(one, str)) for i in (0, 1))
    figure(f"{told:,} histories of paying, {transactions:,} transactions, all laws after each step: 0 lost, 0 doubled")
