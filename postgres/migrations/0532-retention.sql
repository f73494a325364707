-- What `tik retain` leaves alone, and what it took away.
-- check: (SELECT count(*) FROM retention_holds) = 0

CREATE TABLE retention_holds (
  hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Everything of the account is left alone; an invoice that is disputed holds its account.
  account_id text NOT NULL,
  invoice_number text NOT NULL DEFAULT '',
  reason text NOT NULL,
  held_by text NOT NULL,
  held_ms bigint NOT NULL,
  released_ms bigint
);
CREATE INDEX retention_holds_open ON retention_holds (account_id) WHERE released_ms IS NULL;

-- Files whose archived content was removed: noted first, so that nobody wonders where it is.
CREATE TABLE retained_files (
  file_number bigint PRIMARY KEY,
  removed_ms bigint NOT NULL
);

-- Documents of invoices that were removed; the invoice and its other documents stay.
CREATE TABLE retained_documents (
  invoice_id bigint NOT NULL REFERENCES invoices,
  kind text NOT NULL,
  removed_ms bigint NOT NULL,
  PRIMARY KEY (invoice_id, kind)
);
