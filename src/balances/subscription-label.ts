/** How a subscription is called on screen. */
import type { Subscription } from '../core/accounts.ts'

/** Its number at that moment, else another identity, else the last one it had, else its id. */
export function localName({ identities, subscriptionId }: Subscription, atMs: number): string {
  const valid = identities.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)
  const candidates = valid.length > 0 ? valid : identities
  const number = candidates.find(({ kind }) => kind === 'number') ?? candidates[0]
  return number?.value ?? subscriptionId
}
