/**
 * A sub-account on the invoice of its parent over three months, as a table in plain text: each line after `>` is done,
 * and what stands below it is what came of it.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toldBy } from '../../test/told-by.ts'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import type { Account } from '../core/accounts/accounts.ts'
import { microsToDecimal } from '../core/money/money.ts'
import { reissueInvoice } from './credit/reissue-invoice.ts'
import type { Invoice } from './invoice-model.ts'
import { owedTotals } from './owed-micros.ts'
import { runBilling } from './run/run-billing.ts'
import type { BillingParts } from './run/billing.ts'
import { invoiceCdrs } from './store/invoice-cdrs.ts'
import { findInvoiceId, listInvoices } from './store/list-invoices.ts'
import { storedInvoice } from './store/stored-invoice.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

const FIXTURE = new URL('../../fixtures/invoicing/sub-account.txt', import.meta.url)

let billing: InventedBilling
let parts: BillingParts
let usages = 0
beforeAll(async () => {
  billing = await openInventedBilling()
  parts = invoicedOn(billing.parts, 'parent')
})
afterAll(() => billing[Symbol.asyncDispose]())

test('a sub-account on its parent’s invoice over three months comes to what the table says', async () => {
  const expected = readFileSync(FIXTURE, 'utf8')
  expect(await toldBy(expected, follow)).toBe(expected)
}, 120_000)

async function follow([verb = '', first = '', second = '', third = '']: readonly string[]) {
  switch (verb) {
    case 'now':
      billing.setNow(`${first}T08:00:00Z`)
      return []
    case 'usage':
      await billing.record({
        accountId: first.split('-')[0] ?? '',
        subscriptionId: first,
        partition: 1,
        offset: usages++,
        date: second,
        charge: third,
      })
      return []
    case 'own':
      parts = invoicedOn(billing.parts, undefined)
      return []
    case 'bill':
      return documentsSince(() => runBilling(parts, { period: first, accounts: [second] }))
    case 'reissue':
      return documentsSince(() => reissueInvoice(parts, { number: first, reason: 'Niet juist' }))
    case 'rows': {
      const rows = (await Array.fromAsync(invoiceCdrs(parts, first))).flat()
      return rows.map((row) => `  ${row.subscriptionId} ${microsToDecimal(row.chargeMicros)}`)
    }
    case 'verify':
      return (await verifyInvoices(parts)).findings.map(({ code, text }) => `  ${code} ${text}`)
    default:
      throw new Error(`no such line: ${verb}`)
  }
}

async function documentsSince(act: () => Promise<unknown>): Promise<string[]> {
  const before = (await listInvoices(parts)).length
  await act()
  const made = (await listInvoices(parts)).slice(0, -before || undefined).reverse()
  const texts = await Promise.all(made.map(async ({ number }) => describe(await invoiceOf(number))))
  return texts.flat()
}

async function invoiceOf(number: string): Promise<Invoice> {
  const { operations } = parts
  return (await storedInvoice(operations, await findInvoiceId(operations, number))).invoice
}

function describe(invoice: Invoice): string[] {
  const { netMicros, vatMicros, grossMicros } = owedTotals(invoice)
  const [net, vat, gross] = [netMicros, vatMicros, grossMicros].map((each) =>
    microsToDecimal(each, 2),
  )
  const annexes = [
    { name: 'own', specification: invoice.specification },
    ...(invoice.subAccounts ?? []).map((each) => ({ ...each, name: each.accountId })),
  ]
  return [
    `  ${invoice.number} ${invoice.kind} ${invoice.period.label} to ${invoice.customer.accountId}: ${net} + ${vat} = ${gross}`,
    ...invoice.lines.map(
      (line) =>
        `    ${line.lineNumber} ${line.subAccountId ?? 'own'}, ${line.section} ${line.description}, ${line.toDay - line.fromDay} days: ${line.quantity} ${line.unit}, ${microsToDecimal(line.exactMicros)} = ${microsToDecimal(line.amountMicros, 2)}`,
    ),
    ...annexes.flatMap(({ name, specification }) =>
      specification.map(
        (each) =>
          `    annex of ${name}, ${each.subscriptionId}: ${microsToDecimal(each.totalMicros)}`,
      ),
    ),
  ]
}

/** With a discount of its own. */
function invoicedOn(all: BillingParts, on: Account['invoicedOn']): BillingParts {
  const sub = all.directory.accounts.get('zandbank')
  if (sub === undefined) throw new Error('it is invented')
  const [discount] = sub.discounts
  if (discount === undefined) throw new Error('it has a discount')
  const discounts = [{ ...discount, on: 'usage' as const, percentHundredths: 1_000 }]
  const changed: Account = {
    ...sub,
    parentAccountId: 'duinzicht',
    discounts,
    ...(on === undefined ? {} : { invoicedOn: on }),
  }
  const accounts = new Map([...all.directory.accounts, ['zandbank', changed]])
  return { ...all, directory: { ...all.directory, accounts } }
}
