-- Anchor day, time zone and partner of an account change from a boundary on; what held before it is
-- kept, so that closed periods stay what they were. The row of the account has the latest terms.
-- check: (SELECT count(*) FROM account_earlier_terms WHERE to_day <= 0) = 0

CREATE TABLE account_earlier_terms (
  account_id text NOT NULL REFERENCES accounts,
  -- First local day, in this time zone, on which they no longer hold.
  to_day integer NOT NULL,
  partner_id text NOT NULL REFERENCES partners,
  time_zone text NOT NULL,
  anchor_day integer NOT NULL CHECK (anchor_day BETWEEN 1 AND 28),
  PRIMARY KEY (account_id, to_day)
);
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON account_earlier_terms
  FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change();

-- Until now a change applied to the past as well. The invoices tell under which terms each closed
-- period was billed: where the next one, or the account, has others, the boundary is its end. The time
-- zone of then stands nowhere; it is taken to be that of now.
INSERT INTO account_earlier_terms (account_id, to_day, partner_id, time_zone, anchor_day)
SELECT account_id, period_end_day, partner_id, time_zone, anchor_day
FROM (
  SELECT account_id, closed.period_end_day, closed.partner_id, account.time_zone, closed.anchor_day,
    lead(closed.anchor_day, 1, account.anchor_day) OVER in_order AS next_anchor_day,
    lead(closed.partner_id, 1, account.partner_id) OVER in_order AS next_partner_id
  FROM (
    SELECT account_id, period_start_day, period_end_day, partner_id,
      extract(day FROM DATE '1970-01-01' + period_start_day)::integer AS anchor_day
    FROM invoices WHERE kind = 'invoice'
  ) AS closed
  JOIN accounts AS account USING (account_id)
  WINDOW in_order AS (PARTITION BY account_id ORDER BY period_start_day)
) AS billed
WHERE (anchor_day, partner_id) IS DISTINCT FROM (next_anchor_day, next_partner_id);
