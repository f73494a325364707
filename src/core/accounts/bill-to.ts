/**
 * Bill-to's: sites of an account that get invoices of their own. Rating knows nothing of them: their
 * subscriptions share the pools, allowances, limits and thresholds of the account (decision 0460).
 */
import { holdsAt, type Validity } from '../time/validity.ts'
import type { ElectronicAddress } from '../text/electronic-address.ts'
import type { Address, CdrFileWish, Language, Subscription } from './accounts.ts'
import type { AccountPaper } from './paper.ts'

export interface BillTo {
  /** Unique among all accounts. */
  readonly billToId: string
  readonly accountId: string
  readonly address: Address
  /** Each as the account has it where it is absent. */
  readonly legalName?: string
  readonly vatId?: string
  readonly registrationNumber?: string
  readonly language?: Language
  readonly purchaseOrder?: string
  readonly customerText?: string
  readonly cdrFile?: CdrFileWish
  readonly paper?: AccountPaper
  /** Where e-invoices go; absent = by its register number or VAT id. */
  readonly electronicAddress?: ElectronicAddress
  /** Users of the account who get its invoices; empty = those who get the account's. */
  readonly readerIds: readonly string[]
}

/** Whose invoice a subscription is on; where none holds it is the account's own. */
export interface BillToAssignment extends Validity {
  readonly billToId: string
}

/** '' = the account itself. Several subscriptions of one id: it left the account and came back. */
export type BillToAt = (subscriptionId: string, atMs: number) => string

export function billToAt(subscriptions: readonly AssignedSubscription[]): BillToAt {
  const assigned = new Map<string, BillToAssignment[]>()
  for (const { subscriptionId, billTos = [] } of subscriptions) {
    if (billTos.length === 0) continue
    assigned.set(subscriptionId, [...(assigned.get(subscriptionId) ?? []), ...billTos])
  }
  return (subscriptionId, atMs) =>
    assigned.get(subscriptionId)?.find((one) => holdsAt(one, atMs))?.billToId ?? ''
}

export type AssignedSubscription = Pick<Subscription, 'subscriptionId' | 'billTos'>

/** Ascending, each once: the moments at which some subscription goes to another bill-to. */
export function billToChangesMs(subscriptions: readonly AssignedSubscription[]): number[] {
  const all = subscriptions.flatMap(({ billTos = [] }) =>
    billTos.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  )
  return [...new Set(all.filter(Number.isFinite))].sort((left, right) => left - right)
}
