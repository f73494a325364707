/**
 * An account with two bill-to's over three months, as a table in plain text: each line after `>` is done, and what
 * stands below it is what came of it. In the end it owes what it would have owed on one invoice a month.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toldBy } from '../../test/told-by.ts'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import type { Account } from '../core/accounts/accounts.ts'
import type { BillTo } from '../core/accounts/bill-to.ts'
import { microsFromDecimal, microsToDecimal } from '../core/money/money.ts'
import { creditInvoice } from './credit/credit-invoice.ts'
import { reissueInvoice } from './credit/reissue-invoice.ts'
import type { Invoice } from './invoice-model.ts'
import { owedTotals } from './owed-micros.ts'
import { runBilling } from './run/run-billing.ts'
import type { BillingParts } from './run/billing.ts'
import { invoiceCdrs } from './store/invoice-cdrs.ts'
import { findInvoiceId, listInvoices } from './store/list-invoices.ts'
import { storedInvoice } from './store/stored-invoice.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

const FIXTURE = new URL('../../fixtures/invoicing/bill-to.txt', import.meta.url)

let billing: InventedBilling
let parts: BillingParts
let usages = 0
beforeAll(async () => {
  billing = await openInventedBilling()
  parts = withBillTos(billing.parts)
})
afterAll(() => billing[Symbol.asyncDispose]())

test('two bill-to’s of an account over three months come to what the table says', async () => {
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
        accountId: 'duinzicht',
        subscriptionId: `duinzicht-${first}`,
        partition: 1,
        offset: usages++,
        date: second,
        charge: third,
      })
      return []
    case 'move':
      parts = moved(`duinzicht-${first}`, second, third)
      return []
    case 'bill':
      return documentsSince(() => runBilling(parts, { period: first, accounts: ['duinzicht'] }))
    case 'credit':
      return documentsSince(() =>
        creditInvoice(parts, { number: first, wish: { what: 'whole' }, reason: 'Niet juist' }),
      )
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
  const texts = await Promise.all(
    made.map(async ({ number, billToId }) =>
      number === ''
        ? [`  nothing to invoice on ${billToId ?? 'the account'}`]
        : describe(await invoiceOf(number)),
    ),
  )
  return texts.flat()
}

async function invoiceOf(number: string): Promise<Invoice> {
  const { operations } = parts
  return (await storedInvoice(operations, await findInvoiceId(operations, number))).invoice
}

function describe(invoice: Invoice): string[] {
  const { customer, purchaseOrder, period, language } = invoice
  const { netMicros, vatMicros, grossMicros } = owedTotals(invoice)
  const [net, vat, gross] = [netMicros, vatMicros, grossMicros].map((each) =>
    microsToDecimal(each, 2),
  )
  const whose = `${customer.billToId ?? 'account'} in ${customer.party.address.city}`
  const order = `order ${purchaseOrder}, ${language}`
  return [
    `  ${invoice.number} ${invoice.kind} ${period.label} to ${whose}, ${order}: ${net} + ${vat} = ${gross}`,
    ...invoice.lines.map(
      (line) =>
        `    ${line.lineNumber} ${line.section} ${line.description}, ${line.toDay - line.fromDay} days: ${line.quantity} ${line.unit}, ${microsToDecimal(line.exactMicros)} = ${microsToDecimal(line.amountMicros, 2)}, ${line.taxCategory}`,
    ),
    ...invoice.specification.map(
      (each) => `    annex ${each.subscriptionId}: ${microsToDecimal(each.totalMicros)}`,
    ),
  ]
}

/** A harbour in the country, and an office abroad with a VAT id of its own; a discount in euros on usage. */
function withBillTos(all: BillingParts): BillingParts {
  const address = { street: 'Kade 1', postcode: '1000 AA', city: 'Amsterdam', country: 'NL' }
  const abroad = { street: 'Kaai 2', postcode: '2000', city: 'Antwerpen', country: 'BE' }
  const sites: BillTo[] = [
    {
      billToId: 'harbour',
      accountId: 'duinzicht',
      address,
      purchaseOrder: 'PO-HARBOUR',
      readerIds: [],
    },
    {
      billToId: 'office',
      accountId: 'duinzicht',
      address: abroad,
      vatId: 'BE0999999922',
      registrationNumber: '0999999922',
      language: 'fr',
      readerIds: [],
    },
  ]
  const account = all.directory.accounts.get('duinzicht')
  if (account === undefined) throw new Error('it is invented')
  const onUsage = {
    on: 'usage',
    callType: '',
    percentHundredths: 0,
    description: 'Korting',
  } as const
  const amountMicros = microsFromDecimal('3.00')
  const changed: Account = {
    ...account,
    discounts: [...account.discounts, { ...onUsage, amountMicros, fromMs: 0, toMs: Infinity }],
  }
  const accounts = new Map([...all.directory.accounts, ['duinzicht', changed]])
  const billTos = new Map(sites.map((each) => [each.billToId, each]))
  return { ...all, directory: { ...all.directory, accounts, billTos } }
}

function moved(subscriptionId: string, billToId: string, day: string): BillingParts {
  const { directory } = parts
  const fromMs = Date.parse(`${day}T00:00:00+02:00`)
  const subscriptions = directory.subscriptions.map((each) => {
    if (each.subscriptionId !== subscriptionId) return each
    const before = (each.billTos ?? []).map((one) => ({ ...one, toMs: Math.min(one.toMs, fromMs) }))
    return { ...each, billTos: [...before, { billToId, fromMs, toMs: Infinity }] }
  })
  return { ...parts, directory: { ...directory, subscriptions } }
}
