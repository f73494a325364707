/**
 * What an account is charged in a period, divided among its recipients: fees by their days, usage and one-off
 * charges by their moment. Discounts and minimum spend are of the account as a whole (decision 0460). Pure.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { vatChanges } from '../../catalogue/vat-at.ts'
import type { Account, OneOffCharge, Partner, Subscription } from '../../core/accounts/accounts.ts'
import { billToAt, type BillTo } from '../../core/accounts/bill-to.ts'
import type { BillingCalendar, BillingPeriod } from '../../core/time/period.ts'
import { invoiceTexts, type InvoiceTexts } from '../documents/texts/invoice-texts.ts'
import type { BilledBundle, InvoiceLine, RecurringItem } from '../invoice-model.ts'
import type { UsageSum } from '../ledger/invoice-ledger.ts'
import { oneOffCharge, recurringCharges } from './agreed-charges.ts'
import { billToDays } from './bill-to-items.ts'
import type { Charge } from './charge.ts'
import { sharedDiscounts, type BillToLine } from './discount-lines.ts'
import { chargedLines, type ChargedLine } from './lines-from-charges.ts'
import { minimumLines } from './minimum-spend.ts'
import type { Recipient } from './recipients.ts'
import { recurringItems, type RecurringRequest } from './recurring-items.ts'
import { specification, type Specification } from './specification.ts'
import { boundariesMs } from './usage-boundaries.ts'
import { momentOfSum, usageCharges } from './usage-charges.ts'
import { taxBetween } from './vat.ts'

export interface ShareRequest {
  readonly partner: Partner
  readonly account: Account
  /** Of the account; left out where it has none. */
  readonly billTos?: readonly BillTo[] | undefined
  /** Of the account, in the order of the directory. */
  readonly subscriptions: readonly Subscription[]
  readonly catalogue: Catalogue
  readonly calendar: BillingCalendar
  readonly period: BillingPeriod
  readonly usage: readonly UsageSum[]
  readonly bundles: readonly BilledBundle[]
  readonly oneOffCharges: readonly OneOffCharge[]
  /** See recurring-items.ts. */
  readonly closed?: RecurringRequest['closed']
  /** Recurring items of earlier invoices, and the first period that was billed. */
  readonly chargedItems: RecurringRequest['charged']
  readonly firstBilledDay: number | undefined
}

/** Of one recipient. */
export interface AccountShare {
  readonly recipient: Recipient
  readonly lines: readonly InvoiceLine[]
  readonly items: readonly RecurringItem[]
  readonly oneOffCharges: readonly OneOffCharge[]
  readonly bundles: readonly BilledBundle[]
  readonly annex: Specification
}

/** One for each recipient, in their order; the first has what is of no subscription. */
export function accountShares(
  request: ShareRequest,
  recipients: readonly [Recipient, ...Recipient[]],
): AccountShare[] {
  const parts = partsOf(request, recipients)
  const charged = parts.flatMap(({ recipient, charges }) =>
    chargedLines(charges).map((line): ChargedLine => ({ ...line, billToId: recipient.billToId })),
  )
  const derived = derivedLines(request, charged, recipients)
  return parts.map(({ recipient, charges, ...part }) => {
    const { billToId } = recipient
    const own = charged.filter((line) => line.billToId === billToId).map(({ line }) => line)
    return {
      recipient,
      ...part,
      lines: [...own, ...derived.filter((each) => each.billToId === billToId).map(lineOf)],
      annex: specification(charges, request.subscriptions, request.period.endMs - 1),
    }
  })
}

function lineOf({ line }: BillToLine): InvoiceLine {
  return line
}

interface SharePart extends Pick<
  AccountShare,
  'recipient' | 'items' | 'oneOffCharges' | 'bundles'
> {
  readonly charges: readonly Charge[]
}

function partsOf(request: ShareRequest, recipients: readonly Recipient[]): SharePart[] {
  const { subscriptions, calendar, period } = request
  const hasBillTos = recipients.length > 1
  const at = billToAt(hasBillTos ? subscriptions : [])
  const items = recurringItems({
    ...request,
    charged: request.chargedItems,
    ...(hasBillTos ? { billToDays: billToDays(subscriptions, calendar) } : {}),
  })
  const known = new Set(recipients.map(({ billToId }) => billToId))
  /** A bill-to is never taken away; whatever is of none is the account's own. */
  const own = (billToId: string | undefined): string =>
    known.has(billToId ?? '') ? (billToId ?? '') : ''
  return recipients.map((recipient) => {
    const isOwn = (billToId: string | undefined): boolean => own(billToId) === recipient.billToId
    const part = {
      recipient,
      items: items
        .filter((item) => isOwn(item.billToId))
        .map(({ billToId: _billToId, ...item }): RecurringItem => item),
      oneOffCharges: request.oneOffCharges.filter((one) =>
        isOwn(one.billToId ?? at(one.subscriptionId, one.atMs)),
      ),
      bundles: request.bundles.filter(({ scope, scopeId }) =>
        isOwn(scope === 'group' ? '' : at(scopeId, period.endMs - 1)),
      ),
    }
    const usage = request.usage.filter((sum) =>
      isOwn(at(sum.subscriptionId, momentOfSum(sum, calendar))),
    )
    return { ...part, charges: chargesOf({ ...request, ...part, usage }) }
  })
}

function chargesOf(
  request: Omit<ShareRequest, 'account'> & Pick<SharePart, 'recipient' | 'items'>,
): Charge[] {
  const { partner, catalogue, calendar, subscriptions, recipient, items } = request
  const { language, party } = recipient.account
  const taxAt = taxBetween({ seller: partner.party, customer: party }, catalogue)
  const taxChangesMs = boundariesMs(vatChanges(catalogue, partner.party.address.country))
  const texts = invoiceTexts(language)
  const context = { catalogue, calendar, language, texts, taxAt, taxChangesMs }
  const productOf = new Map(subscriptions.map((each) => [each.subscriptionId, each.product]))
  const charges = [
    ...items.flatMap((item) => recurringCharges(item, context)),
    ...request.oneOffCharges.map((charge) =>
      oneOffCharge(charge, productOf.get(charge.subscriptionId) ?? 'none', context),
    ),
    ...usageCharges(request.usage, context),
  ]
  return recipient.account.costCentreLines === true ? byCostCentre(charges, subscriptions) : charges
}

/** What is of no subscription is of no cost centre. */
function byCostCentre(
  charges: readonly Charge[],
  subscriptions: readonly Subscription[],
): Charge[] {
  const known = new Map(subscriptions.map((each) => [each.subscriptionId, each.costCentre]))
  return charges.map((charge) => {
    return { ...charge, costCentre: known.get(charge.subscriptionId) ?? '' }
  })
}

/** Discounts where their lines are, and what makes up a minimum spend on the account's own invoice. */
function derivedLines(
  request: ShareRequest,
  charged: readonly ChargedLine[],
  recipients: readonly [Recipient, ...Recipient[]],
): BillToLine[] {
  const { account, calendar } = request
  const texts = new Map(
    recipients.map((each) => [each.billToId, invoiceTexts(each.account.language)]),
  )
  const [first] = recipients
  const ownTexts = invoiceTexts(first.account.language)
  const textsOf = (billToId: string): InvoiceTexts => texts.get(billToId) ?? ownTexts
  const discounted = (discounts: Account['discounts']): BillToLine[] =>
    sharedDiscounts(charged, discounts, { calendar, textsOf })
  const discounts = discounted(account.discounts)
  const { minimumSpends = [] } = account
  if (minimumSpends.length === 0) return discounts
  const { partner, catalogue, period } = request
  const reduced = [...charged, ...discounts].map(({ line }) => line)
  const onUsage = account.discounts.filter(({ on }) => on !== 'recurring')
  const minimums = minimumLines(reduced, minimumSpends, {
    period,
    calendar,
    texts: ownTexts,
    taxAt: taxBetween({ seller: partner.party, customer: first.account.party }, catalogue),
    discounts: { all: discounts.map(lineOf), onUsage: discounted(onUsage).map(lineOf) },
    lastLineNumber: reduced.length,
  })
  return [...discounts, ...minimums.map((line) => ({ billToId: '', line }))]
}
