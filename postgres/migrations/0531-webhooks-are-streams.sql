-- The webhooks of the accounts document are delivered as streams of one event a request. The document goes
-- on to say where they are; what it says is followed here. What waited goes out of the streams.
-- check: (SELECT count(*) FROM data_streams WHERE origin = 'document') = (SELECT count(*) FROM account_webhooks) + (SELECT count(*) FROM partner_webhooks)

-- Which crossing an event tells of, where a request has one event.
ALTER TABLE stream_events ADD COLUMN crossing_id bigint;
ALTER TABLE stream_batches ADD COLUMN crossing_id bigint;
ALTER TABLE stream_deliveries ADD COLUMN crossing_id bigint;
ALTER TABLE stream_deliveries ADD COLUMN event_id text NOT NULL DEFAULT '';
CREATE INDEX stream_deliveries_by_crossing ON stream_deliveries (crossing_id)
  WHERE crossing_id IS NOT NULL;

-- A new address or secret is a new beginning for one that was given up.
CREATE FUNCTION put_webhook_stream(kind text, owner text, events text[], new_url text, new_secret text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO data_streams (stream_id, owner_kind, owner_id, name, url, events, sees_numbers, form,
    origin, secret, state_ms, created_ms, created_by)
  SELECT 'webhook-' || left(md5(kind || ' ' || owner), 20), kind, owner, 'webhook', new_url, events,
    false, 'single', 'document', new_secret, now_ms, now_ms, 'accounts document'
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms) AS clock
  ON CONFLICT (stream_id) DO UPDATE SET url = excluded.url, secret = excluded.secret,
    state = CASE WHEN data_streams.state = 'dead' THEN 'active' ELSE data_streams.state END,
    state_ms = CASE WHEN data_streams.state = 'dead' THEN excluded.state_ms ELSE data_streams.state_ms END,
    attempts = 0, next_attempt_ms = 0
  WHERE (data_streams.url, data_streams.secret) <> (excluded.url, excluded.secret)
$$;

CREATE FUNCTION follow_account_webhook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM data_streams
    WHERE origin = 'document' AND owner_kind = 'account' AND owner_id = OLD.account_id;
  ELSE
    PERFORM put_webhook_stream('account', NEW.account_id, '{limits}', NEW.url, NEW.secret);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER follow_webhook AFTER INSERT OR UPDATE OR DELETE ON account_webhooks
  FOR EACH ROW EXECUTE FUNCTION follow_account_webhook();

CREATE FUNCTION follow_partner_webhook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM data_streams
    WHERE origin = 'document' AND owner_kind = 'partner' AND owner_id = OLD.partner_id;
  ELSE
    PERFORM put_webhook_stream('partner', NEW.partner_id, '{requests}', NEW.url, NEW.secret);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER follow_webhook AFTER INSERT OR UPDATE OR DELETE ON partner_webhooks
  FOR EACH ROW EXECUTE FUNCTION follow_partner_webhook();

SELECT put_webhook_stream('account', account_id, '{limits}', url, secret) FROM account_webhooks;
SELECT put_webhook_stream('partner', partner_id, '{requests}', url, secret) FROM partner_webhooks;

INSERT INTO stream_events (stream_id, event_id, event_type, payload, queued_ms, crossing_id)
SELECT stream_id, event_id, event_kind, payload, webhook_deliveries.next_attempt_ms, crossing_id
FROM webhook_deliveries JOIN data_streams ON origin = 'document'
  AND owner_kind = CASE WHEN partner_id = '' THEN 'account' ELSE 'partner' END
  AND owner_id = CASE WHEN partner_id = '' THEN account_id ELSE partner_id END
WHERE webhook_deliveries.state = 'queued'
ORDER BY crossing_id;
-- What was sent or given up stays, for `tik alerts list`.
DELETE FROM webhook_deliveries WHERE state = 'queued';
