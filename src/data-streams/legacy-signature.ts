/**
 * Headers that alert webhooks had before streams: recipients of then check
 * `Tik-Signature: t=<seconds>,v1=<hex>`, where v1 is HMAC-SHA256 over `<seconds>.<body>`.
 */
import { createHmac } from 'node:crypto'

export function legacySignature(signing: {
  readonly eventId: string
  readonly body: string
  readonly secret: string
  readonly atMs: number
}): Record<string, string> {
  const seconds = Math.floor(signing.atMs / 1_000)
  const mac = createHmac('sha256', signing.secret)
  const hex = mac.update(`${seconds}.${signing.body}`).digest('hex')
  return {
    'Tik-Event-Id': encodeURI(signing.eventId),
    'Tik-Signature': `t=${seconds},v1=${hex}`,
  }
}
