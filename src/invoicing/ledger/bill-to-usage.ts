/**
 * Which usage of an account is on an invoice, where its subscriptions are of several bill-to's: by the moment at
 * which it began. Their moves lie after what is billed (directory/store/bill-to-moves.ts), so this is so for ever.
 */
import { billToAt, type AssignedSubscription } from '../../core/accounts/bill-to.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import { billToOf, type Invoice } from '../invoice-model.ts'

export type IsBilled = (subscriptionId: string, atMs: number) => boolean

type Assigned = Pick<Directory, 'subscriptions' | 'billTos'>

export function isBilledOn(invoice: Pick<Invoice, 'customer'>, directory: Assigned): IsBilled {
  const at = billToAt(assignedTo(invoice, directory))
  const billToId = billToOf(invoice)
  return (subscriptionId, atMs) => at(subscriptionId, atMs) === billToId
}

export async function* billedRows(
  chunks: AsyncIterable<ShownRow[]>,
  isBilled: IsBilled,
): AsyncGenerator<ShownRow[]> {
  for await (const rows of chunks) {
    yield rows.filter(({ subscriptionId, startMs }) => isBilled(subscriptionId, startMs))
  }
}

/** Subscriptions of the account that ever were of a bill-to; empty where it has none. */
export function assignedTo(
  { customer }: Pick<Invoice, 'customer'>,
  { subscriptions, billTos }: Assigned,
): readonly AssignedSubscription[] {
  if (billTos === undefined) return []
  const known = ASSIGNED.get(subscriptions) ?? byAccount(subscriptions)
  ASSIGNED.set(subscriptions, known)
  return known.get(customer.accountId) ?? []
}

/** Of a directory, which never changes: asked for each invoice of a run, and each looks at one account. */
const ASSIGNED = new WeakMap<Directory['subscriptions'], AssignedOfAccounts>()
type AssignedOfAccounts = ReadonlyMap<string, readonly AssignedSubscription[]>

function byAccount(subscriptions: Directory['subscriptions']): AssignedOfAccounts {
  const assigned = subscriptions.filter(({ billTos = [] }) => billTos.length > 0)
  return Map.groupBy(assigned, ({ accountId }) => accountId)
}

/** The same as stretches of time, for a query. */
export interface BilledStretches {
  readonly stretches: readonly {
    readonly subscriptionId: string
    readonly fromMs: number
    readonly toMs: number
  }[]
  /** The invoice has all usage but that of the stretches. */
  readonly isAllElse: boolean
}

export function billedStretches(
  invoice: Pick<Invoice, 'customer'>,
  directory: Assigned,
): BilledStretches {
  const billToId = billToOf(invoice)
  const isAllElse = billToId === ''
  const stretches = assignedTo(invoice, directory).flatMap(({ subscriptionId, billTos = [] }) =>
    billTos
      .filter((one) => isAllElse || one.billToId === billToId)
      .map(({ fromMs, toMs }) => ({ subscriptionId, fromMs, toMs })),
  )
  return { stretches, isAllElse }
}
