/**
 * Three accounts over four months, as a table in plain text: bills, credit notes, an end after billing in advance,
 * a reissue. Each line after `>` is done, and what stands below it is what came of it.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toldBy } from '../../../test/told-by.ts'
import {
  INVENTED_ACCOUNTS,
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal, microsToDecimal, type Micros } from '../../core/money/money.ts'
import { sumMicros } from '../build/vat.ts'
import type { Invoice } from '../invoice-model.ts'
import { owedTotals } from '../owed-micros.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'
import type { CreditWish } from './build-credit-note.ts'
import { creditInvoice } from './credit-invoice.ts'
import { reissueInvoice } from './reissue-invoice.ts'

const FIXTURE = new URL('../../../fixtures/invoicing/corrections.txt', import.meta.url)

let billing: InventedBilling
let parts: BillingParts
let usages = 0
beforeAll(async () => {
  billing = await openInventedBilling()
  parts = billing.parts
})
afterAll(() => billing[Symbol.asyncDispose]())

test('three accounts over four months come to what the table says', async () => {
  const expected = readFileSync(FIXTURE, 'utf8')
  expect(await toldBy(expected, follow)).toBe(expected)
}, 120_000)

async function follow([verb = '', ...words]: readonly string[]): Promise<string[]> {
  const [first = '', second = '', third = ''] = words
  switch (verb) {
    case 'now':
      billing.setNow(`${first}T08:00:00Z`)
      return []
    case 'usage':
      await billing.record({
        accountId: first,
        subscriptionId: `${first}-0`,
        partition: 1,
        offset: usages++,
        date: second,
        charge: third,
      })
      return []
    case 'end':
      parts = ended(first, second)
      return []
    case 'order':
      parts = withPurchaseOrder(first, second)
      return []
    case 'bill':
      return numbersSince(() => runBilling(parts, { period: first }))
    case 'credit': {
      const wish = wishOf(second, third, words[3])
      return refusedOr(() => creditInvoice(parts, { number: first, wish, reason: 'Niet juist' }))
    }
    case 'reissue':
      return refusedOr(() => reissueInvoice(parts, { number: first, reason: 'Niet juist' }))
    case 'verify':
      return (await verifyInvoices(parts)).findings.map(({ code, text }) => `  ${code} ${text}`)
    case 'sums':
      return sums()
    default:
      throw new Error(`no such line: ${verb}`)
  }
}

function wishOf(what: string, value: string, line: string | undefined): CreditWish {
  if (what === 'lines') return { what, lineNumbers: value.split(',').map(Number) }
  if (what !== 'amount') return { what: 'whole' }
  return {
    what,
    netMicros: microsFromDecimal(value),
    lineNumber: line === undefined ? undefined : Number(line.replace('of', '')),
  }
}

async function refusedOr(act: () => Promise<unknown>): Promise<string[]> {
  try {
    return await numbersSince(act)
  } catch (error) {
    if (error instanceof TikError) return [`  refused: ${error.message}`]
    throw error
  }
}

/** What was made by it, with its lines. */
async function numbersSince(act: () => Promise<unknown>): Promise<string[]> {
  const before = new Set((await listInvoices(parts)).map(keyOf))
  await act()
  const made = (await listInvoices(parts)).filter((each) => !before.has(keyOf(each))).reverse()
  const texts = await Promise.all(
    made.map(async (each) =>
      each.number === ''
        ? [`  nothing to invoice: ${each.accountId} ${each.period}`]
        : describe(await invoiceOf(each.number), each.corrects),
    ),
  )
  return texts.flat()
}

const keyOf = (each: { number: string; accountId: string; period: string }): string =>
  `${each.number} ${each.accountId} ${each.period}`

async function invoiceOf(number: string): Promise<Invoice> {
  const { operations } = parts
  return (await storedInvoice(operations, await findInvoiceId(operations, number))).invoice
}

function describe(invoice: Invoice, corrects: string): string[] {
  const { netMicros, vatMicros, grossMicros } = owedTotals(invoice)
  const named = invoice.kind === 'credit-note' ? invoice.corrects.map(({ number }) => number) : []
  const of = corrects === '' ? named.join(', ') : corrects
  const order = invoice.purchaseOrder === '' ? '' : `, order ${invoice.purchaseOrder}`
  const head = `  ${invoice.number} ${invoice.kind} ${invoice.customer.accountId} ${invoice.period.label}`
  return [
    `${head}${of === '' ? '' : `, of ${of}`}${order}: ${[netMicros, vatMicros, grossMicros]
      .map(euros)
      .join(' + ')
      .replace(/ \+ ([^+]*)$/, ' = $1')}`,
    ...invoice.lines.map(
      (line) =>
        `    ${line.lineNumber} ${line.section} ${line.description}: ${line.quantity} ${line.unit}, ${euros(line.amountMicros)}`,
    ),
  ]
}

async function sums(): Promise<string[]> {
  const all = await listInvoices(parts)
  return INVENTED_ACCOUNTS.map((accountId) => {
    const own = all.filter((each) => each.accountId === accountId && each.number !== '')
    const states = own.map(({ number, status }) => `${Number(number.slice(5))} ${status}`).reverse()
    return `  ${accountId} owes ${euros(sumMicros(own.map(({ grossMicros }) => grossMicros)))}: ${states.join(', ')}`
  })
}

function ended(accountId: string, day: string): BillingParts {
  const { directory } = parts
  const terminatedMs = Date.parse(`${day}T00:00:00+01:00`)
  const subscriptions = directory.subscriptions.map((each) =>
    each.accountId === accountId ? { ...each, terminatedMs } : each,
  )
  return { ...parts, directory: { ...directory, subscriptions } }
}

function withPurchaseOrder(accountId: string, purchaseOrder: string): BillingParts {
  const { directory } = parts
  const accounts = new Map(
    [...directory.accounts].map(([id, each]) => [
      id,
      id === accountId ? { ...each, purchaseOrder } : each,
    ]),
  )
  return { ...parts, directory: { ...directory, accounts } }
}

function euros(amount: Micros): string {
  return microsToDecimal(amount, 2)
}
