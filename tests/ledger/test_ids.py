"""Ids grow, are nobody's twice, and don't count rows."""

import itertools
from concurrent.futures import ThreadPoolExecutor

from portal.ledger.ids import id_block, new_id


def test_ids_grow_in_the_order_they_are_made() -> None:
    made = [new_id() for _ in range(1_000)]
    assert made == sorted(set(made))


def test_threads_never_get_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [new_id() for _ in range(500)], range(16)))
    assert len({one for ids in made for one in ids}) == 16 * 500


def test_an_id_fits_a_bigint_for_decades() -> None:
    assert 0 < new_id() + (40 * 365 * 86_400 << 32) < 2**63


def test_a_block_is_left_out_by_those_who_come_after() -> None:
    first = id_block(1_000)
    assert new_id() >= first + 1_000


def test_steps_between_ids_vary_so_that_they_count_nothing() -> None:
    made = [new_id() for _ in range(200)]
    assert len({later - earlier for earlier, later in itertools.pairwise(made)}) > 3
