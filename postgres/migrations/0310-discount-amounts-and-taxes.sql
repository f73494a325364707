-- A discount is a percentage or an amount, and both of one kind can begin at once. A one-off charge can
-- have a VAT category of its own; '' = none was said.
-- check: (SELECT count(*) FROM account_discounts WHERE amount_micros > 0) = 0

ALTER TABLE account_discounts
  ADD COLUMN amount_micros bigint NOT NULL DEFAULT 0
    CHECK (amount_micros >= 0 AND amount_micros % 10000 = 0),
  ADD COLUMN form text NOT NULL
    GENERATED ALWAYS AS (CASE WHEN amount_micros = 0 THEN 'percent' ELSE 'amount' END) STORED,
  ADD CHECK (percent_hundredths = 0 OR amount_micros = 0),
  DROP CONSTRAINT account_discounts_pkey,
  ADD PRIMARY KEY (account_id, discounted, call_type, form, from_ms);

ALTER TABLE one_off_charges
  ADD COLUMN tax_category text NOT NULL DEFAULT '' CHECK (tax_category IN
    ('', 'standard', 'reduced', 'reverse-charge', 'zero', 'exempt', 'outside-scope'));
