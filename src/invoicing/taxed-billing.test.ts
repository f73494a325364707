/** Taxes and discounts with dates from the ledger to the stored invoice, and what was stored before. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createAllowance } from '../../test/rating/world.ts'
import type { Account } from '../core/accounts/accounts.ts'
import { micros, microsToDecimal } from '../core/money/money.ts'
import { dayFromIso, dayStartMs } from '../core/time/period.ts'
import { billCheck } from './check/bill-check.ts'
import type { BillingParts } from './run/billing.ts'
import { buildInvoice } from './build/build-invoice.ts'
import { addsUp } from './build/invoice-holds.ts'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import { inventedRequest } from '../../test/doubles/invented-request.ts'
import type { Invoice } from './invoice-model.ts'
import { fromInvoiceText } from './store/invoice-text.ts'
import { runBilling } from './run/run-billing.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

const PERIOD = '2026-10'
const SCOPE = { period: PERIOD, accounts: ['zandbank'] }
const MIDDLE_MS = dayStartMs(dayFromIso('2026-10-15'), 'Europe/Amsterdam')

let world: InventedBilling
beforeAll(async () => {
  world = await openInventedBilling()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  await world.reset()
  const usage = { accountId: 'zandbank', subscriptionId: 'zandbank-0', partition: 1 } as const
  await world.record(
    { ...usage, offset: 0, date: '2026-10-05', charge: '4.00' },
    { ...usage, offset: 1, date: '2026-10-20', charge: '6.00' },
  )
})

test('usage is reduced by its own time, and stands on one line all the same', async () => {
  const discounts = [
    {
      on: 'usage' as const,
      callType: '',
      percentHundredths: 5000,
      amountMicros: micros(0),
      description: 'Half',
      fromMs: MIDDLE_MS,
      toMs: Infinity,
    },
  ]
  const invoice = await billed(partsWith({ discounts }))
  expect(rowsOf(invoice, ['usage', 'discount'])).toEqual([
    ['usage', 'standard', 2100, '10.00'],
    ['discount', 'standard', 2100, '-3.00'],
  ])
  expect((await verifyInvoices(world.parts)).findings).toEqual([])
})

test('a category that changes within the month parts usage and fees at its date', async () => {
  const { catalogue } = world.parts
  const taxes = [
    { taxCategory: 'reduced' as const, fromMs: -Infinity, toMs: MIDDLE_MS },
    { taxCategory: 'exempt' as const, fromMs: MIDDLE_MS, toMs: Infinity },
  ]
  const changed = {
    ...catalogue,
    callTypes: catalogue.callTypes.map((callType) => ({ ...callType, taxes })),
    plans: new Map(
      [...catalogue.plans].map(([id, plan]) => [
        id,
        { ...plan, taxes, monthlyFee: '31.00', billing: 'arrears' as const },
      ]),
    ),
  }
  const parts = { ...partsWith({ discounts: [] }), ...world.withCatalogue('parted', changed) }
  const invoice = await billed({ ...parts, directory: partsWith({ discounts: [] }).directory })
  expect(rowsOf(invoice, ['usage', 'recurring'])).toEqual([
    ['recurring', 'reduced', 900, '28.00'],
    ['recurring', 'exempt', 0, '34.00'],
    ['usage', 'reduced', 900, '4.00'],
    ['usage', 'exempt', 0, '6.00'],
  ])
  expect(
    invoice.vat.map((each) => [
      each.taxCategory,
      microsToDecimal(each.netMicros, 2),
      microsToDecimal(each.vatMicros, 2),
      each.reason,
    ]),
  ).toEqual([
    ['reduced', '32.00', '2.88', ''],
    ['exempt', '40.00', '0.00', 'Vrijgesteld van btw.'],
  ])
  expect((await verifyInvoices(world.parts)).findings).toEqual([])
})

test('without a rate, or reversed without a VAT id, an account is for a person', async () => {
  const [partner] = world.parts.directory.partners.values()
  if (partner === undefined) throw new Error('there is one')
  const address = { ...partner.party.address, country: 'SE' }
  const partners = new Map([
    [partner.partnerId, { ...partner, party: { ...partner.party, address } }],
  ])
  const abroad = { ...world.parts, directory: { ...world.parts.directory, partners } }
  const text = 'SE has no standard VAT rate on 2026-10-'
  const { findings } = await runBilling(abroad, SCOPE)
  expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
    ['vat_rate_missing', 'zandbank'],
  ])
  const checked = await billCheck(abroad, { period: PERIOD })
  expect(checked.filter(({ code }) => code === 'vat_rate_missing')).toHaveLength(3)
  expect(checked.find(({ code }) => code === 'vat_rate_missing')?.text).toContain(text)

  const { catalogue } = world.parts
  const always = { fromMs: -Infinity, toMs: Infinity }
  const reversed = [{ taxCategory: 'reverse-charge' as const, ...always }]
  const callTypes = catalogue.callTypes.map((callType) => ({ ...callType, taxes: reversed }))
  const parts = { ...partsWith({ vatIdOf: '' }), catalogue: { ...catalogue, callTypes } }
  const report = await runBilling(parts, SCOPE)
  expect(report.findings.map(({ code, text: why }) => [code, why])).toEqual([
    ['party_incomplete', 'VAT id of account zandbank: VAT is reversed'],
  ])
})

test('a discount on a call type that the catalogue does not have is named by the check', async () => {
  const discount = {
    on: 'call-type' as const,
    callType: 'fax',
    percentHundredths: 5000,
    amountMicros: micros(0),
    description: 'Half',
    fromMs: 0,
    toMs: Infinity,
  }
  expect(await codesOf(partsWith({ discounts: [discount] }))).toContain(
    'discount_without_effect zandbank',
  )
  const known = { ...discount, callType: 'sms' }
  expect((await codesOf(partsWith({ discounts: [known] }))).join()).not.toContain('without_effect')
})

test('an allowance of which a group can use nothing is named by the check', async () => {
  const { catalogue, directory } = world.parts
  const lasting = createAllowance({ allowanceId: 'iot', period: 'lifetime', lifetimeMonths: 12 })
  const monthly = createAllowance({ allowanceId: 'crew' })
  const allowances = new Map([lasting, monthly].map((each) => [each.allowanceId, each]))
  const team = { groupId: 'team', accountId: 'zandbank', name: '', allowanceIds: ['crew', 'iot'] }
  const groups = new Map([['team', { ...team, allowanceIds: [...team.allowanceIds, 'gone'] }]])
  const parts = {
    ...world.parts,
    catalogue: { ...catalogue, allowances },
    directory: { ...directory, groups },
  }
  const findings = await billCheck(parts, { period: PERIOD })
  const idle = findings.filter(({ code }) => code === 'allowance_without_effect')
  expect(idle.map(({ subject, text }) => [subject, text])).toEqual([
    [
      'zandbank',
      '"iot" of group team lasts for a lifetime: it never begins; its members are charged as without it',
    ],
    [
      'zandbank',
      '"gone" of group team is not in the catalogue; its members are charged as without it',
    ],
  ])
})

test('an invoice that was stored before lines had a rate adds up', () => {
  const file = new URL('../../fixtures/invoicing/stored-before-rates.json', import.meta.url)
  const before = fromInvoiceText(readFileSync(file, 'utf8'))
  expect(addsUp(before)).toBe(true)
  const [first, ...rest] = before.lines
  if (first === undefined) throw new Error('it has lines')
  const moved = { ...before, lines: [{ ...first, taxCategory: 'exempt' as const }, ...rest] }
  expect(addsUp(moved)).toBe(false)
})

test('lines of today say their rate', () => {
  const { lines } = buildInvoice(inventedRequest({ subscriptionsCount: 3 }))
  expect(new Set(lines.map((line) => line.taxPercentHundredths))).toEqual(new Set([2_100]))
})

async function codesOf(parts: BillingParts): Promise<string[]> {
  const findings = await billCheck(parts, { period: PERIOD })
  return findings.map(({ code, subject }) => `${code} ${subject}`)
}

function partsWith(change: {
  readonly discounts?: Account['discounts']
  readonly vatIdOf?: string
}): BillingParts {
  const { directory } = world.parts
  const accounts = new Map(
    [...directory.accounts].map(([id, account]): [string, Account] => {
      const party = { ...account.party, vatId: change.vatIdOf ?? account.party.vatId }
      const isChanged = id === 'zandbank'
      return [id, isChanged ? { ...account, party, discounts: change.discounts ?? [] } : account]
    }),
  )
  return { ...world.parts, directory: { ...directory, accounts } }
}

async function billed(parts: BillingParts): Promise<Invoice> {
  const { findings } = await runBilling(parts, SCOPE)
  expect(findings).toEqual([])
  const models = await world.parts.operations.query(
    'SELECT model FROM invoices',
    [],
    z.object({ model: z.string() }),
  )
  return fromInvoiceText(models[0]?.model ?? '')
}

function rowsOf({ lines }: Invoice, sections: readonly string[]): unknown[] {
  return lines
    .filter(({ section }) => sections.includes(section))
    .map((line) => [
      line.section,
      line.taxCategory,
      line.taxPercentHundredths,
      microsToDecimal(line.amountMicros, 2),
    ])
}
