-- A text of the customer's own on each invoice: a project, a greeting, what its accounting asks for.
-- check: (SELECT count(*) FROM accounts WHERE customer_text IS NULL) = 0

ALTER TABLE accounts ADD COLUMN customer_text text NOT NULL DEFAULT '';
