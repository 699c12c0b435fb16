-- Money: BIGINT minor units beside the currency. Instants: BIGINT microseconds UTC. No keys and no
-- indexes: the physical order of the rows is what makes reads fast. ENUMs only for closed lists.
CREATE TYPE kind AS ENUM ('invoice', 'debit_note', 'credit_note', 'advance', 'receipt');
CREATE TYPE state AS ENUM ('active', 'void', 'question');
CREATE TYPE settlement AS ENUM ('open', 'part', 'settled', 'void');

-- In the order of customers, for a customer's pages.
CREATE TABLE documents (
    id BIGINT, issuer_id BIGINT, customer_id BIGINT, kind kind, debit BOOLEAN, type_code VARCHAR, number VARCHAR,
    issue_date DATE, due_date DATE, payable_on DATE, currency VARCHAR, total BIGINT,
    balance BIGINT,            -- outstanding of a debit, available of a credit
    reserved BIGINT,           -- the part of a credit that waits for a document
    reported BIGINT,           -- what its payer says it has sent or keeps back, not decided on by the issuer
    claimed BIGINT,            -- the part of it that is kept back: nobody is asked to pay it
    withheld BIGINT,           -- what was kept back and accepted
    disputed BOOLEAN,          -- its customer objects to it, and the issuer has not answered for good
    state state, settlement settlement,
    by_credit_notes BOOLEAN,   -- settled by credit notes alone
    test BOOLEAN, validated BOOLEAN, term VARCHAR, method VARCHAR,
    paid_methods VARCHAR,      -- methods of the credits applied, joined by commas
    prepaid BIGINT, source VARCHAR, cufe VARCHAR, item_id BIGINT, recorded_at BIGINT,
    opened BOOLEAN,            -- its customer has seen it or taken it along
    issuer_name VARCHAR, issuer_tax_id VARCHAR, issuer_id_type VARCHAR,
    customer_name VARCHAR, customer_tax_id VARCHAR, customer_id_type VARCHAR,
    search VARCHAR
);

-- The same rows in the order of issuers, for desks.
CREATE TABLE documents_by_issuer AS FROM documents;

-- Items with a balance, those without a document too. `payable_on`: when its document falls due.
CREATE TABLE items (
    id BIGINT, issuer_id BIGINT, customer_id BIGINT, currency VARCHAR, debit BOOLEAN, payable_on DATE,
    balance BIGINT, reserved BIGINT, issuer_name VARCHAR
);

-- Append-only, for statements and balances on a past date.
CREATE TABLE entries (
    id BIGINT, seq BIGINT, item_id BIGINT, issuer_id BIGINT, customer_id BIGINT, currency VARCHAR, amount BIGINT,
    cause VARCHAR, document_id BIGINT, kind VARCHAR, number VARCHAR, effective_on DATE, recorded_at BIGINT,
    issuer_name VARCHAR, issuer_tax_id VARCHAR, customer_name VARCHAR, customer_tax_id VARCHAR,
    payable_on DATE,           -- of the invoice or debit note that posted it: outlives its withdrawal
    debit BOOLEAN, method VARCHAR  -- of its item
);

CREATE TABLE allocations (
    id BIGINT, seq BIGINT, credit_id BIGINT, debit_id BIGINT, issuer_id BIGINT, customer_id BIGINT, currency VARCHAR,
    amount BIGINT, effective_on DATE, recorded_at BIGINT
);

-- One row: what this copy holds, and what made it.
CREATE TABLE sync_state (seq BIGINT, schema_version VARCHAR, duckdb VARCHAR, ledger VARCHAR);
