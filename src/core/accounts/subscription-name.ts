/** How people know a subscription at a moment: on screen, in mails, on invoices. */
import type { Identity, Subscription } from './accounts.ts'
import { allValidAt } from '../time/validity.ts'

/**
 * The number that it has then, else another identity of then, else what it had last before, else what
 * it gets next, else its id. A number before an IMSI, an ICCID or a trunk.
 */
export function nameAt(
  { identities, subscriptionId }: Pick<Subscription, 'identities' | 'subscriptionId'>,
  atMs: number,
): string {
  const valid = allValidAt(identities, atMs)
  const ended = identities.filter(({ toMs }) => toMs <= atMs)
  const lastEndMs = Math.max(...ended.map(({ toMs }) => toMs))
  const candidates = [
    valid,
    ended.filter(({ toMs }) => toMs === lastEndMs),
    [...identities].sort((left, right) => left.fromMs - right.fromMs),
  ].find((ones) => ones.length > 0)
  return preferred(candidates ?? [])?.value ?? subscriptionId
}

function preferred(identities: readonly Identity[]): Identity | undefined {
  return identities.find(({ kind }) => kind === 'number') ?? identities[0]
}
