import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import type { Identity } from '../../core/accounts/accounts.ts'
import { buildInvoice } from './build-invoice.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Charge } from './charge.ts'
import { specification } from './specification.ts'

const OCTOBER_20 = Date.UTC(2026, 9, 20)
const NOVEMBER_20 = Date.UTC(2026, 10, 20)
/** The first instant after the period. */
const NOVEMBER = Date.UTC(2026, 9, 31, 23)

const number = (value: string, fromMs: number, toMs = Infinity): Identity => ({
  kind: 'number',
  value,
  fromMs,
  toMs,
})

test.each`
  identities                                                           | named       | why
  ${[number('+31999', 0, OCTOBER_20), number('+31111', OCTOBER_20)]}   | ${'+31111'} | ${'a number that was replaced in the period is not named'}
  ${[number('+31111', 0, NOVEMBER_20), number('+31999', NOVEMBER_20)]} | ${'+31111'} | ${'nor one that came after it'}
  ${[number('+31111', 0, NOVEMBER), number('+31999', NOVEMBER)]}       | ${'+31111'} | ${'nor one that came at its very end'}
  ${[number('+31999', NOVEMBER_20), number('+31111', 0, NOVEMBER_20)]} | ${'+31111'} | ${'in whatever order they stand'}
  ${[number('+31999', 0, 1), number('+31111', 1, OCTOBER_20)]}         | ${'+31111'} | ${'the last one of what has none at the end'}
`('the annex names a number that is valid at the end of the period: $why', (row) => {
  const request = inventedRequest({ subscriptionsCount: 1 })
  const subscriptions = request.subscriptions.map((one) => ({ ...one, identities: row.identities }))
  const invoice = buildInvoice({ ...request, subscriptions })
  expect(invoice.specification.map((each) => each.number)).toEqual([row.named])
})

const SECTIONS = [
  'recurring',
  'one-off',
  'usage',
  'premium',
  'late',
  'late-premium',
  'correction',
  'correction-premium',
] as const

function charge(section: Charge['section'], amount: number, changes: Partial<Charge> = {}): Charge {
  return {
    section,
    lineKey: '',
    subscriptionId: 's',
    product: 'voip',
    subject: '',
    description: '',
    fromDay: 0,
    toDay: 31,
    count: 1,
    quantity: amount,
    unit: 'second',
    unitPriceMicros: undefined,
    chargeMicros: micros(amount),
    atMs: undefined,
    taxCategory: 'standard',
    taxPercentHundredths: 2100,
    ...changes,
  }
}

test('each section is in a column of its own, all that is late in one; and only usage of the period is counted', () => {
  const charges = SECTIONS.map((section, index) => charge(section, 10 ** index))
  const { subscriptions, accountWideMicros } = specification(charges, [], 0)
  expect(accountWideMicros).toBe(0)
  expect(subscriptions).toMatchObject([
    {
      recurringMicros: 1,
      oneOffMicros: 10,
      usageMicros: 100,
      premiumMicros: 1_000,
      lateMicros: 11_110_000,
      totalMicros: 11_111_111,
      voiceSeconds: 100,
      dataBytes: 0,
      messagesCount: 0,
    },
  ])
})

test('seconds, bytes and messages are counted apart, and what is of no subscription is of the account', () => {
  const charges = (['second', 'byte', 'message', 'event'] as const).map((unit, index) =>
    charge('usage', 10 ** index, { unit }),
  )
  const wide = charge('one-off', 7, { subscriptionId: '' })
  const found = specification([...charges, ...charges, wide], [], 0)
  expect(found.accountWideMicros).toBe(7)
  expect(found.subscriptions).toMatchObject([
    { number: 's', voiceSeconds: 2, dataBytes: 20, messagesCount: 200, usageMicros: 2_222 },
  ])
})
