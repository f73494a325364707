/** What an account owes for a period, as a draft: read from the stores and built; and what keeps it from being billed. */
import assert from 'node:assert/strict'
import { beyondExact } from '../../core/money/beyond-exact.ts'
import type { OneOffCharge } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { ShareRequest } from '../build/account-shares.ts'
import { buildInvoices } from '../build/build-invoice.ts'
import { bundleOverview, earliestStartDay } from '../build/bundle-overview.ts'
import type { AsClosed } from '../build/recurring-items.ts'
import { usageBoundariesMs } from '../build/usage-boundaries.ts'
import { outOfRange } from '../check/out-of-range.ts'
import { creditNoteOfPeriod } from '../credit/credit-note-of-period.ts'
import { takenBackFrom } from '../credit/taken-back-from.ts'
import { nameOfCustomer, type Invoice } from '../invoice-model.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { dueSums, type AdjustmentDue } from '../settle/adjustments-due.ts'
import type { BillingHistory } from '../store/invoice-store.ts'
import type { BillingParts, Finding } from './billing.ts'
import { whileThere, type AccountScope } from './billing-scope.ts'
import { blocked } from './blocked.ts'

/** What one account is billed from. */
export interface AccountSources {
  readonly span: InvoiceSpan
  readonly history: Pick<
    BillingHistory,
    'catalogueKeys' | 'closedStartDays' | 'chargedItems' | 'firstBilledDay'
  >
  /** Of a preview: adjustments that a run would have recorded before. */
  readonly due: readonly AdjustmentDue[]
  readonly oneOffCharges: readonly OneOffCharge[]
}

export interface DraftSources extends AccountSources {
  readonly issueDay: number
  /** Of the sub-accounts that are on the account's own invoice. */
  readonly subAccounts?: readonly (AccountSources & { readonly scope: AccountScope })[]
  /** The invoice that it is made anew for. */
  readonly replaces?: Extract<Invoice, { kind: 'invoice' }>['replaces']
}

export type Drafted =
  /** The account's own first, then those of its bill-to's. */
  | { readonly drafts: readonly [Invoice, ...Invoice[]]; readonly finding?: undefined }
  | { readonly drafts?: undefined; readonly finding: Finding }

/** A credit note where one comes to less than nothing. The cut-offs of the span are published. */
export async function draftInvoices(
  parts: BillingParts,
  scope: AccountScope,
  of: DraftSources,
): Promise<Drafted> {
  const { accountId } = scope.account
  const drafts = await draftsOf(parts, scope, of).catch(unbillable)
  if (drafts instanceof TikError) {
    if (drafts.code !== 'invoice_invalid') return { finding: outOfRange(accountId, drafts.message) }
    return { finding: blocked('vat_rate_missing', accountId, drafts.message) }
  }
  for (const { vat, customer } of drafts) {
    if (!isReversed(vat) || customer.party.vatId.trim() !== '') continue
    const text = `VAT id of ${nameOfCustomer(customer)}: VAT is reversed`
    return { finding: blocked('party_incomplete', accountId, text) }
  }
  const [own, ...billTos] = drafts
  assert(own !== undefined)
  return { drafts: [own, ...billTos] }
}

/** Throws what `unbillable` knows. */
async function draftsOf(
  parts: BillingParts,
  scope: AccountScope,
  { issueDay, replaces, subAccounts = [], ...sources }: DraftSources,
): Promise<Invoice[]> {
  const { operations } = parts
  const own = await requestOf(parts, scope, sources)
  const subs: ShareRequest[] = []
  for (const sub of subAccounts) subs.push(await requestOf(parts, sub.scope, sub))
  const built = buildInvoices({
    ...own,
    issueDay,
    ...(subs.length === 0 ? {} : { subAccounts: subs }),
  })
  const drafts: Invoice[] = []
  for (const each of built) {
    const draft = replaces === undefined ? each : { ...each, replaces }
    const isNegative = draft.totals.grossMicros < 0
    drafts.push(
      isNegative ? creditNoteOfPeriod(draft, await takenBackFrom(operations, draft)) : draft,
    )
  }
  return drafts
}

async function requestOf(
  parts: BillingParts,
  scope: AccountScope,
  { span, history, due, oneOffCharges }: AccountSources,
): Promise<ShareRequest> {
  const { ledger, catalogue } = parts
  const { account, partner, period, subscriptions } = scope
  const takes = await ledger.allowanceTakes(span, earliestStartDay(catalogue, period))
  const boundariesMs = usageBoundariesMs(catalogue, account, partner, subscriptions)
  const recorded = await ledger.usageSums(span, boundariesMs)
  const usage = [...recorded, ...dueSums(due, period.startDay)]
  const { subAccounts: _others, ...own } = scope
  return {
    ...own,
    catalogue,
    usage,
    bundles: bundleOverview({ ...own, catalogue, language: account.language, takes, usage }),
    oneOffCharges,
    closed: await closedPeriods(parts, scope, history),
    chargedItems: history.chargedItems,
    firstBilledDay: history.firstBilledDay,
  }
}

/** What cannot be invoiced is for a person, and no reason to stop the run. */
function unbillable(error: unknown): TikError {
  if (error instanceof TikError && error.code === 'invoice_invalid') return error
  return beyondExact(error)
}

function isReversed(vat: Invoice['vat']): boolean {
  return vat.some(({ taxCategory }) => taxCategory === 'reverse-charge')
}

/**
 * Every period that was closed but the one in hand, by the catalogue that it was closed with: today's where that
 * is not known.
 */
export async function closedPeriods(
  parts: BillingParts,
  { agreed, period }: Pick<AccountScope, 'agreed' | 'period'>,
  { catalogueKeys, closedStartDays }: Pick<BillingHistory, 'catalogueKeys' | 'closedStartDays'>,
): Promise<ReadonlyMap<number, AsClosed>> {
  const byCatalogue = new Map<string, AsClosed>()
  const closed = new Map<number, AsClosed>()
  for (const startDay of closedStartDays.filter((day) => day !== period.startDay)) {
    const key = catalogueKeys.get(startDay) ?? parts.catalogueKey
    let asClosed = byCatalogue.get(key)
    if (asClosed === undefined) {
      const catalogue = key === parts.catalogueKey ? parts.catalogue : await parts.catalogueOf(key)
      asClosed = { catalogue, subscriptions: whileThere(agreed, catalogue) }
      byCatalogue.set(key, asClosed)
    }
    closed.set(startDay, asClosed)
  }
  return closed
}
