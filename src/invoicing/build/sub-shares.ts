/**
 * Sub-accounts on the invoice of their parent: each is charged as it would be on its own, with its own prices,
 * discounts and minimum spend, and taxed as the parent is (decision 0462). Pure.
 */
import type { InvoiceLine, RecurringItem, SubAccountAnnex } from '../invoice-model.ts'
import { accountShares, type AccountShare, type ShareRequest } from './account-shares.ts'
import type { Recipient } from './recipients.ts'

export interface SubShare {
  readonly lines: readonly InvoiceLine[]
  readonly items: readonly RecurringItem[]
  readonly oneOffCharges: AccountShare['oneOffCharges']
  readonly annex: SubAccountAnnex
}

/** Empty where the sub-account was charged nothing. */
export function subShare(sub: ShareRequest, parent: Recipient): SubShare[] {
  const { accountId, party } = sub.account
  return accountShares(sub, [{ ...parent, billToId: '' }])
    .filter(({ lines }) => lines.length > 0)
    .map(({ lines, items, oneOffCharges, bundles, annex }) => ({
      lines: lines.map((line) => ({ ...line, subAccountId: accountId })),
      items: items.map((item) => ({ ...item, accountId })),
      oneOffCharges,
      annex: {
        accountId,
        name: party.legalName,
        bundles,
        specification: annex.subscriptions,
        accountWideMicros: annex.accountWideMicros,
      },
    }))
}

/** What is on one invoice. */
export interface InvoiceShare extends AccountShare {
  readonly subAccounts: readonly SubAccountAnnex[]
}

/** The account's own lines first, then those of each sub-account. */
export function withSubAccounts(share: AccountShare, subs: readonly SubShare[]): InvoiceShare {
  const lines = [...share.lines, ...subs.flatMap((sub) => sub.lines)]
  return {
    ...share,
    lines: lines.map((line, index) => ({ ...line, lineNumber: index + 1 })),
    items: [...share.items, ...subs.flatMap((sub) => sub.items)],
    oneOffCharges: [...share.oneOffCharges, ...subs.flatMap((sub) => sub.oneOffCharges)],
    subAccounts: subs.map(({ annex }) => annex),
  }
}
