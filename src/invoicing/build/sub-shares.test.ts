import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import { buildInvoice, type InvoiceRequest } from './build-invoice.ts'
import { addsUp } from './invoice-holds.ts'
import { sumMicros } from './vat.ts'

const PARENT = inventedRequest({ subscriptionsCount: 2 })
const SUB: InvoiceRequest = {
  ...inventedRequest({ subscriptionsCount: 5 }),
  account: {
    ...PARENT.account,
    accountId: 'wijkzorg',
    parentAccountId: PARENT.account.accountId,
    invoicedOn: 'parent',
    minimumSpends: [
      { on: 'usage', amountMicros: microsFromDecimal('900.00'), fromMs: 0, toMs: Infinity },
    ],
  },
  oneOffCharges: [],
}
const TOGETHER = buildInvoice({ ...PARENT, subAccounts: [SUB] })

test('the invoice of parent and sub-account has the lines of both, and no others', () => {
  const own = buildInvoice(PARENT)
  const alone = buildInvoice(SUB)
  const withoutPlace = (lines: typeof own.lines) =>
    lines.map(({ lineNumber: _place, subAccountId: _whose, ...line }) => line)
  expect(withoutPlace(TOGETHER.lines)).toEqual(withoutPlace([...own.lines, ...alone.lines]))
  expect(TOGETHER.lines.map(({ lineNumber }) => lineNumber)).toEqual(
    TOGETHER.lines.map((_line, index) => index + 1),
  )
  expect(TOGETHER.totals.netMicros).toBe(sumMicros([own.totals.netMicros, alone.totals.netMicros]))
  expect(TOGETHER.specification).toEqual(own.specification)
  expect(TOGETHER.subAccounts?.[0]?.specification).toEqual(alone.specification)
})

test('a sub-account that was charged nothing is not on it, one that only called is', () => {
  const silent = { ...SUB, subscriptions: [], usage: [], oneOffCharges: [], bundles: [] }
  const account = { ...SUB.account, minimumSpends: [] }
  const quiet = buildInvoice({ ...PARENT, subAccounts: [{ ...silent, account }] })
  expect(quiet).toEqual(buildInvoice(PARENT))
  const plans = new Map(
    [...SUB.catalogue.plans].map(([id, plan]) => [
      id,
      { ...plan, monthlyFee: '0', activationFee: '0' },
    ]),
  )
  const catalogue = { ...SUB.catalogue, plans, modules: new Map<string, never>() }
  const calling = buildInvoice({ ...PARENT, subAccounts: [{ ...SUB, account, catalogue }] })
  expect(calling.recurringItems.some(({ accountId }) => accountId === 'wijkzorg')).toBe(false)
  expect(calling.subAccounts?.map(({ accountId }) => accountId)).toEqual(['wijkzorg'])
})

test('it adds up for each account: a charge that is moved between their annexes is seen', () => {
  expect(addsUp(TOGETHER)).toBe(true)
  const [first, ...others] = TOGETHER.specification
  const [sub] = TOGETHER.subAccounts ?? []
  if (first === undefined || sub === undefined) throw new Error('both are charged')
  const specification = [...sub.specification, first]
  expect(
    addsUp({ ...TOGETHER, specification: others, subAccounts: [{ ...sub, specification }] }),
  ).toBe(false)
})
