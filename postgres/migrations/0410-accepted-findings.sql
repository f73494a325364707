-- Codes of findings that a person accepted when a bill run began or went on: the run did not stop at
-- them.
-- check: (SELECT count(*) FROM billing_runs WHERE accepted_codes <> '{}') = 0

ALTER TABLE billing_runs ADD COLUMN accepted_codes text[] NOT NULL DEFAULT '{}';
