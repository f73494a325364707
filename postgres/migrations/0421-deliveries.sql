-- What became of e-invoices on their way to the customer. The first state, written, is that the document is there;
-- every other is noted here, and the last one holds.
-- check: (SELECT count(*) FROM e_invoice_deliveries) = 0

CREATE FUNCTION refuse_change_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was noted about a delivery never changes'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TABLE e_invoice_deliveries (
  delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice_id bigint NOT NULL REFERENCES invoices,
  state text NOT NULL CHECK (state IN ('written', 'handed-over', 'accepted', 'refused')),
  reason text NOT NULL DEFAULT '' CHECK ((state = 'refused') <= (reason <> '')),
  at_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL
);
CREATE INDEX e_invoice_deliveries_by_invoice ON e_invoice_deliveries (invoice_id, delivery_id);
CREATE TRIGGER e_invoice_deliveries_stay BEFORE UPDATE OR DELETE ON e_invoice_deliveries
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_delivery();
