-- An invoice that nobody was mailed and whose e-invoice was handed over is sent: that of before as well.
-- check: (SELECT count(*) FROM invoice_states WHERE state = 'sent' AND note = 'e-invoice') <= (SELECT count(DISTINCT invoice_id) FROM e_invoice_deliveries WHERE state = 'handed-over')
INSERT INTO invoice_states (invoice_id, state, at_ms, by_whom, door, note)
SELECT DISTINCT ON (invoice_id) invoice_id, 'sent', at_ms, by_whom, door, 'e-invoice'
FROM e_invoice_deliveries AS delivery
WHERE state = 'handed-over' AND NOT EXISTS (SELECT 1 FROM invoice_mails AS mail
  WHERE mail.invoice_id = delivery.invoice_id)
ORDER BY invoice_id, delivery_id
ON CONFLICT DO NOTHING;
