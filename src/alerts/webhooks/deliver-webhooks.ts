/**
 * Posts events to webhooks: signed, retried with growing waits, at least once. The recipient checks
 * `Tik-Signature: t=<seconds>,v1=<hex>` where v1 is HMAC-SHA256 with the shared secret over
 * `<seconds>.<body>`, and drops an event whose id it had. Any 2xx answer is success.
 */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../core/time/clock.ts'
import type { OperationsStore } from '../../postgres/operations-store.ts'
import { postWebhook } from '../../data-streams/post-webhook.ts'
import type { WebhookTargets } from '../../data-streams/public-address.ts'
import { CLAIM_MS, RETRY_WAITS_MS } from '../../mail/mail-outbox.ts'

const DELIVERIES_PER_CLAIM_MAX = 100
const POSTS_AT_ONCE_MAX = 8
/** Rounds of claims in one call. */
const ROUNDS_MAX = 100

export interface WebhookReport {
  readonly deliveredCount: number
  readonly delayedCount: number
}

/** Delivers what is due. */
export async function deliverWebhooks(parts: {
  store: OperationsStore
  clock: Clock
  signal?: AbortSignal | undefined
  webhookTargets?: WebhookTargets
}): Promise<WebhookReport> {
  const { webhookTargets = 'public' } = parts
  const report = { deliveredCount: 0, delayedCount: 0 }
  for (let round = 0; round < ROUNDS_MAX && parts.signal?.aborted !== true; round++) {
    const due = await claim(parts.store, parts.clock.nowMs())
    const rest = due.values()
    const lane = async (): Promise<void> => {
      for (const delivery of rest) {
        const failure = await post(delivery, parts.clock.nowMs(), webhookTargets)
        await settle(parts.store, delivery, failure, parts.clock.nowMs())
        if (failure === undefined) report.deliveredCount += 1
        else report.delayedCount += 1
      }
    }
    await Promise.all(Array.from({ length: POSTS_AT_ONCE_MAX }, lane))
    if (due.length < DELIVERIES_PER_CLAIM_MAX) break
  }
  return report
}

/** Value of the header `Tik-Signature`. */
export function webhookSignature(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1_000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}

const deliveryRow = z.object({
  crossing_id: z.int(),
  event_kind: z.string(),
  event_id: z.string(),
  payload: z.string(),
  url: z.string(),
  secret: z.string(),
})
type Delivery = z.output<typeof deliveryRow>

async function claim(store: OperationsStore, nowMs: number): Promise<Delivery[]> {
  return store.query(
    `WITH claimed AS (
       UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_ms = $1::bigint + ${CLAIM_MS}
       WHERE (crossing_id, event_kind) IN (
         SELECT crossing_id, event_kind FROM webhook_deliveries
         WHERE state = 'queued' AND next_attempt_ms <= $1::bigint
         ORDER BY next_attempt_ms, crossing_id
         LIMIT ${DELIVERIES_PER_CLAIM_MAX} FOR UPDATE SKIP LOCKED)
       RETURNING crossing_id, event_kind, event_id, payload, account_id, partner_id)
     SELECT crossing_id, event_kind, event_id, payload,
       coalesce(partner.url, account.url, '') AS url,
       coalesce(partner.secret, account.secret, '') AS secret
     FROM claimed
     LEFT JOIN partner_webhooks AS partner ON partner.partner_id = claimed.partner_id
     LEFT JOIN account_webhooks AS account
       ON account.account_id = claimed.account_id AND claimed.partner_id = ''
     ORDER BY crossing_id`,
    [nowMs],
    deliveryRow,
  )
}

async function post(
  delivery: Delivery,
  nowMs: number,
  targets: WebhookTargets,
): Promise<string | undefined> {
  const { url, payload: body, event_id: eventId, secret } = delivery
  if (url === '') return 'the webhook was removed'
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'tik',
    'Tik-Event-Id': encodeURI(eventId),
    'Tik-Signature': webhookSignature(body, secret, nowMs),
  }
  return postWebhook({ url, headers, body }, targets)
}

async function settle(
  store: OperationsStore,
  { crossing_id, event_kind }: Delivery,
  failure: string | undefined,
  nowMs: number,
): Promise<void> {
  await store.execute(
    `UPDATE webhook_deliveries SET
       state = CASE WHEN $3 = '' THEN 'sent' WHEN attempts > $5 THEN 'failed' ELSE 'queued' END,
       finished_ms = CASE WHEN $3 = '' OR attempts > $5 THEN $4::bigint END,
       next_attempt_ms = $4::bigint + (($6::bigint[])[least(attempts, $5)]),
       reason = $3
     WHERE crossing_id = $1 AND event_kind = $2`,
    [crossing_id, event_kind, failure ?? '', nowMs, RETRY_WAITS_MS.length, RETRY_WAITS_MS],
  )
}
