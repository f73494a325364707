/**
 * One thing of an account or a subscription, changed by a person: a discount, a charge, a plan, an end. In
 * a dry run it says what the next invoices would say with it, and changes nothing.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { asHeld } from '../../core/accounts/held-subscriptions.ts'
import { dayToIso } from '../../core/time/period.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import {
  changeByHand,
  parseChange,
  type HandChange,
} from '../../directory/events/change-by-hand.ts'
import type { DirectoryEvent } from '../../directory/events/directory-event.ts'
import { readDirectory } from '../../directory/store/load-directory.ts'
import { billToOf, type Invoice } from '../../invoicing/invoice-model.ts'
import type { BillingParts, Finding } from '../../invoicing/run/billing.ts'
import { compareDrafts, type DraftDifference } from '../../invoicing/run/compare-drafts.ts'
import { nextInvoice, type NextInvoice } from '../../invoicing/run/next-invoice.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { withinTransaction } from '../../postgres/within-transaction.ts'
import { storeWithin } from '../../postgres/store-within.ts'
import { openBillingParts } from '../billing-parts.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

export interface ChangeWish {
  readonly dryRun: boolean
  readonly clock?: Clock | undefined
}

export interface AccountChange {
  readonly isChanged: boolean
  /** What is other than before, a line each. */
  readonly differences: readonly string[]
  /** What a person should know or do beside that. */
  readonly notices: readonly string[]
  /** Of a dry run: what the next invoice of each account that it touches would say otherwise. */
  readonly invoices: readonly InvoiceChange[]
}

export interface InvoiceChange extends DraftDifference {
  readonly accountId: string
  /** Of one of its bill-to's. */
  readonly billToId?: string
  /** 'YYYY-MM-DD' of the first day of its period. */
  readonly periodFrom: string
  /** Why there is no invoice with it, where there is none. */
  readonly finding: Finding | undefined
}

/**
 * `change` is an event without an id, as docs/directory-events.md has it. The same change twice does nothing
 * more. Throws `accounts_invalid` where it does not fit what there is or what was billed, with the way
 * to say it otherwise, and `not_found` for a plan, module or call type that the catalogue does not have.
 */
export async function changeAccount(
  desk: Desk,
  change: object,
  { dryRun, clock = systemClock }: ChangeWish,
): Promise<AccountChange> {
  requireOperator(desk.caller)
  const atMs = clock.nowMs()
  const event = parseChange(change, atMs)
  const parts = await openBillingParts(desk, clock)
  requireKnown(event, parts.catalogue)
  const by = { atMs, changedBy: desk.caller.name }
  if (dryRun) {
    await parts.ledger.positions() // Opens it: what opens a ledger waits for no transaction of ours.
    return lookAhead(parts, event, by)
  }
  const done = await desk.operations.transaction(async (sql) => {
    const changed = await changeByHand(sql, event, by)
    if (changed.isChanged) await noteChange(desk, sql, event, changed)
    return changed
  })
  return { ...said(done, event, parts, atMs), invoices: [] }
}

async function noteChange(
  { caller }: Desk,
  sql: SqlRunner,
  { id, ...event }: DirectoryEvent,
  { accountIds }: HandChange,
): Promise<void> {
  // What a document says is in the event that is kept; it can be long.
  const after = event.type === 'document' ? { type: event.type, id } : event
  const noted = { act: 'account.change', subject: event.type, partnerId: '', after }
  const within = { operations: withinTransaction(sql), caller }
  for (const accountId of accountIds) await note(within, { ...noted, accountId })
}

type By = Parameters<typeof changeByHand>[2]

/** Everything is done in a transaction and given up: what a preview reads is what would be there. */
function lookAhead(parts: BillingParts, event: DirectoryEvent, by: By): Promise<AccountChange> {
  return parts.operations.transaction(async (sql) => {
    const within = { ...parts, operations: storeWithin(sql) }
    await sql.execute('SAVEPOINT before_change')
    const done = await changeByHand(sql, event, by)
    const after = await nextInvoices(within, sql, done.accountIds)
    await sql.execute('ROLLBACK TO SAVEPOINT before_change')
    const before = await nextInvoices(within, sql, done.accountIds)
    const invoices = after.flatMap((each, index) => invoiceChanges(before[index]?.drafts, each))
    return { ...said(done, event, parts, by.atMs), invoices }
  })
}

/** One for each bill-to that has an invoice before or after; where there is none at all, why. */
function invoiceChanges(
  before: NextInvoice['drafts'] = [],
  { accountId, period, finding, drafts }: NextInvoice,
): InvoiceChange[] {
  const billToIds = [...new Set([...drafts, ...before].map(billToOf))].sort()
  return (billToIds.length === 0 ? [''] : billToIds).map((billToId) => {
    const isIts = (draft: Invoice): boolean => billToOf(draft) === billToId
    return {
      accountId,
      ...(billToId === '' ? {} : { billToId }),
      periodFrom: dayToIso(period.startDay),
      finding,
      ...compareDrafts(before.find(isIts), drafts.find(isIts)),
    }
  })
}

async function nextInvoices(
  parts: BillingParts,
  sql: SqlRunner,
  accountIds: readonly string[],
): Promise<NextInvoice[]> {
  const directory = asHeld(await readDirectory(sql))
  const found: NextInvoice[] = []
  for (const accountId of accountIds)
    found.push(await nextInvoice({ ...parts, directory }, accountId))
  return found
}

function said(
  { report, isChanged, accountIds, atMs }: HandChange,
  event: DirectoryEvent,
  { directory }: BillingParts,
  nowMs: number,
): Omit<AccountChange, 'invoices'> {
  const counts = Object.values(report)
  const added = Object.entries(report).flatMap(([kind, one]) =>
    one.added.map((id) => `${kind}: ${id} new`),
  )
  const account = directory.accounts.get(accountIds[0] ?? '')
  const isPast = isChanged && atMs !== undefined && atMs < nowMs && RERATED.has(event.type)
  const day = (ms: number): string =>
    account === undefined ? '' : dayToIso(accountCalendar(account).dayAt(ms).day)
  return {
    isChanged,
    differences: [...added, ...counts.flatMap(({ differences }) => differences)],
    notices: isPast
      ? [
          `usage since then that is rated already follows by: tik rerate --account ${accountIds[0]} --from ${day(atMs)} --to ${day(nowMs)} --confirm`,
        ]
      : [],
  }
}

/** What changes by whom and at which price usage is rated. */
const RERATED: ReadonlySet<string> = new Set<DirectoryEvent['type']>([
  'terminate',
  'change-plan',
  'add-module',
  'end-module',
  'takeover',
])

/** A name that nobody knows would leave usage without a price, and only be seen when it is rated. */
function requireKnown(event: DirectoryEvent, catalogue: Catalogue): void {
  if (event.type === 'change-plan') requireIn(catalogue.plans, 'plan', event.plan)
  if (event.type === 'add-module') requireIn(catalogue.modules, 'module', event.module)
  if (event.type === 'add-discount' && event.discount.on === 'call-type') {
    requireIn(catalogue.callTypeIndexById, 'call type', event.discount.callType)
  }
}

function requireIn(known: ReadonlyMap<string, unknown>, what: string, id: string): void {
  if (known.has(id)) return
  throw new TikError('not_found', `the catalogue has no ${what} "${id}"`, {
    hint: `it has ${[...known.keys()].slice(0, NAMES_SHOWN_MAX).join(', ')}`,
  })
}

const NAMES_SHOWN_MAX = 20
