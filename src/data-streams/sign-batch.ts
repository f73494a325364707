/**
 * Signatures of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over
 * `id.timestamp.body`. While a secret is being changed there are two, and a recipient takes either.
 */
import { createHmac, randomBytes } from 'node:crypto'

const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32

export interface BatchSigning {
  readonly batchId: string
  readonly atMs: number
  readonly body: string
  /** The newest first. */
  readonly secrets: readonly string[]
}

export function webhookHeaders({
  batchId,
  atMs,
  body,
  secrets,
}: BatchSigning): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000))
  const signed = `${batchId}.${timestamp}.${body}`
  return {
    'webhook-id': batchId,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets
      .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`)
      .join(' '),
  }
}

export function newStreamSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** What follows `whsec_` is base64; a secret of the accounts document is its own text. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(SECRET_PREFIX)
    ? Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8')
}
