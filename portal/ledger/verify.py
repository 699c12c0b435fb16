"""Prove the laws of the ledger by SQL over all its rows; what breaks one is named."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from portal.text import Text

_BALANCES = """
WITH entered AS (SELECT item_id, SUM(amount) AS amount FROM entries GROUP BY item_id),
     applied AS (
       SELECT item_id, SUM(amount) AS amount FROM (
         SELECT debit_id AS item_id, amount FROM allocations UNION ALL SELECT credit_id, amount FROM allocations
       ) AS ends GROUP BY item_id),
     balances AS (
       SELECT i.id, i.issuer_id, i.customer_id, i.currency, i.side, COALESCE(e.amount, 0) AS entered,
              CASE i.side WHEN 'debit' THEN COALESCE(e.amount, 0) ELSE -COALESCE(e.amount, 0) END
                - COALESCE(a.amount, 0) AS balance
       FROM items i LEFT JOIN entered e ON e.item_id = i.id LEFT JOIN applied a ON a.item_id = i.id)
"""

_LAWS: tuple[tuple[Text, str], ...] = (
    (
        Text("La partida {v0} tiene un saldo negativo ({v1})."),
        _BALANCES + "SELECT id, balance FROM balances WHERE balance < 0",
    ),
    (
        Text("En el cliente {v1} del emisor {v0} ({v2}) los asientos suman {v3} y las partidas {v4}."),
        _BALANCES
        + """SELECT issuer_id, customer_id, currency, entered, net FROM (
               SELECT issuer_id, customer_id, currency, SUM(entered) AS entered,
                      SUM(CASE side WHEN 'debit' THEN balance ELSE -balance END) AS net
               FROM balances GROUP BY issuer_id, customer_id, currency) AS sums
             WHERE entered <> net""",
    ),
    (
        Text("La aplicación {v0} cruza emisores, clientes o monedas, o no va de un abono a una deuda."),
        """SELECT a.id FROM allocations a JOIN items c ON c.id = a.credit_id JOIN items d ON d.id = a.debit_id
           WHERE c.side <> 'credit' OR d.side <> 'debit' OR c.issuer_id <> d.issuer_id
              OR c.customer_id <> d.customer_id OR c.currency <> d.currency
              OR a.issuer_id <> c.issuer_id OR a.customer_id <> c.customer_id OR a.currency <> c.currency""",
    ),
    (
        Text("El asiento {v0} no es del mismo emisor, cliente y moneda que su partida."),
        """SELECT e.id FROM entries e JOIN items i ON i.id = e.item_id
           WHERE e.issuer_id <> i.issuer_id OR e.customer_id <> i.customer_id OR e.currency <> i.currency""",
    ),
    (
        Text("La aplicación {v0} deshace más de lo aplicado."),
        """SELECT a.id FROM allocations a JOIN allocations b ON b.undoes = a.id
           WHERE a.undoes IS NULL GROUP BY a.id, a.amount HAVING a.amount + SUM(b.amount) < 0""",
    ),
    (
        Text("El documento {v0} está activo y no tiene partida."),
        "SELECT id FROM documents WHERE state = 'active' AND item_id IS NULL",
    ),
    (
        Text("El documento {v0} y su partida no son del mismo emisor, cliente y moneda."),
        """SELECT d.id FROM documents d JOIN items i ON i.id = d.item_id
           WHERE d.issuer_id <> i.issuer_id OR d.customer_id <> i.customer_id OR d.currency <> i.currency""",
    ),
    (
        Text("El documento {v0} dice un total de {v1} y asentó {v2}."),
        """SELECT d.id, d.total, ABS(e.amount) FROM documents d
           JOIN entries e ON e.item_id = d.item_id AND e.document_id = d.id AND e.cause = d.kind
           WHERE ABS(e.amount) <> d.total""",
    ),
    (
        Text("El documento {v0} está anulado o retirado y su partida todavía suma {v1}."),
        """SELECT d.id, SUM(e.amount) FROM documents d JOIN entries e ON e.item_id = d.item_id
           JOIN items i ON i.id = d.item_id
           WHERE d.state IN ('void', 'withdrawn') AND i.cause = d.kind
           GROUP BY d.id HAVING SUM(e.amount) <> 0""",
    ),
    (
        Text("La retención {v0} es de {v1} y su partida suma {v2}."),
        """SELECT w.id, w.amount, SUM(e.amount) FROM withholdings w JOIN entries e ON e.item_id = w.item_id
           GROUP BY w.id, w.amount, w.state
           HAVING SUM(e.amount) <> CASE w.state WHEN 'accepted' THEN -w.amount ELSE 0 END""",
    ),
    (
        Text("La partida {v0} habría tenido un saldo negativo el {v1} ({v2})."),
        """WITH moves AS (
             SELECT e.item_id, e.effective_on, CASE i.side WHEN 'debit' THEN e.amount ELSE -e.amount END AS amount
             FROM entries e JOIN items i ON i.id = e.item_id
             UNION ALL SELECT debit_id, effective_on, -amount FROM allocations
             UNION ALL SELECT credit_id, effective_on, -amount FROM allocations),
           days AS (SELECT item_id, effective_on, SUM(amount) AS amount FROM moves GROUP BY item_id, effective_on),
           running AS (
             SELECT item_id, effective_on, SUM(amount) OVER (PARTITION BY item_id ORDER BY effective_on) AS balance
             FROM days)
           SELECT item_id, effective_on, balance FROM running WHERE balance < 0""",
    ),
    (
        Text("El cambio {v0} de «{v1}» es posterior al contador ({v2})."),
        """SELECT s.seq, s.what, c.seq FROM change_counter c JOIN (
             SELECT MAX(seq) AS seq, 'documents' AS what FROM documents
             UNION ALL SELECT MAX(seq), 'entries' FROM entries
             UNION ALL SELECT MAX(seq), 'allocations' FROM allocations) AS s ON s.seq > c.seq""",
    ),
)
_SHOWN = 100


def broken_laws(conn: Connection) -> Iterator[Text]:
    """One sentence per row that breaks a law (at most 100 per law); nothing when all hold."""
    for sentence, query in _LAWS:
        for row in conn.execute(text(query)).fetchmany(_SHOWN):
            yield sentence.filled(**{f"v{place}": value for place, value in enumerate(row)})
