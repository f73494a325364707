/** Numbers of an older system go on, with a prefix, without a gap, for two runs at once. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { NumberRules } from '../../core/accounts/number-rules.ts'
import { refuseUsedNumbers } from '../../directory/store/refuse-used-numbers.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { creditInvoice } from '../credit/credit-invoice.ts'
import { runBilling } from '../run/run-billing.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'
import { listInvoices } from './list-invoices.ts'

const OLDER: NumberRules = {
  invoice: { prefix: 'NL-', start: { '2026': 50_151 } },
  creditNote: { prefix: 'NLC-', start: { '2026': 801 } },
}

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(async () => {
  await billing[Symbol.asyncDispose]()
})

async function write(rules: NumberRules, creditNotes = 'own'): Promise<void> {
  await billing.parts.operations.execute(
    'UPDATE partners SET number_series = $1::jsonb, credit_note_numbers = $2',
    [JSON.stringify(rules), creditNotes],
  )
}

async function numbers(): Promise<string[]> {
  return (await listInvoices(billing.parts)).map(({ number }) => number).toReversed()
}

async function gaps(): Promise<string[]> {
  const { findings } = await verifyInvoices(billing.parts)
  return findings.map(({ code, subject, text }) => `${code} ${subject}: ${text}`)
}

const credit = (number: string) =>
  creditInvoice(billing.parts, { number, wish: { what: 'whole' }, reason: 'Te veel' })

test('the numbers of an older system go on, and the next year begins with 1', async () => {
  await write(OLDER)
  await runBilling(billing.parts, { period: '2026-10' })
  await credit('NL-2026-00050152')
  billing.setNow('2027-01-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['zeegras'] })
  expect(await numbers()).toEqual([
    'NL-2026-00050151',
    'NL-2026-00050152',
    'NL-2026-00050153',
    'NLC-2026-00000801',
    'NL-2027-00000001',
  ])
  expect(await gaps()).toEqual([])
  await billing.parts.operations.execute(
    `UPDATE invoice_number_series SET last_number = last_number + 1 WHERE year = 2026 AND series = ''`,
  )
  expect(await gaps()).toEqual([
    'number_gap noorderlicht NL-2026: 4 numbers were taken, 3 invoices have one',
  ])
})

test('two runs at once take them without a gap, and credit notes that share them go on in them', async () => {
  await write(OLDER, 'shared')
  const runs = ['duinzicht', 'zandbank', 'zeegras'].map((id) =>
    runBilling(billing.parts, { period: '2026-10', accounts: [id] }),
  )
  await Promise.all(runs)
  await credit('NL-2026-00050151')
  expect((await numbers()).toSorted()).toEqual([
    'NL-2026-00050151',
    'NL-2026-00050152',
    'NL-2026-00050153',
    'NL-2026-00050154',
  ])
  expect(await gaps()).toEqual([])
})

test('a series that has begun keeps its prefix until the year is over', async () => {
  await write({})
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  await write({ invoice: { prefix: 'NL-' } })
  await runBilling(billing.parts, { period: '2026-10', accounts: ['zandbank'] })
  billing.setNow('2027-01-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  expect(await numbers()).toEqual(['2026-00000001', '2026-00000002', 'NL-2027-00000001'])
  expect(await gaps()).toEqual([])
})

test.each([
  ['backwards', 1, false],
  ['into used numbers', 50_152, false],
  ['forwards, over a gap', 60_000, false],
  ['as it began', 50_151, true],
])(
  'a start of a series that has begun is refused unless it is the same: %s',
  async (_what, start, ok) => {
    await write(OLDER)
    await runBilling(billing.parts, { period: '2026-10' })
    const [partner] = billing.parts.directory.partners.values()
    if (partner === undefined) throw new Error('there is an invented partner')
    const ask = (numberSeries: NumberRules) =>
      refuseUsedNumbers(billing.parts.operations, [{ ...partner, numberSeries }])
    const asked = ask({ invoice: { prefix: 'NL-', start: { '2026': start, '2027': 7 } } })
    if (ok) expect(await asked).toEqual([])
    else await expect(asked).rejects.toMatchObject({ code: 'accounts_invalid' })
    await expect(
      ask({ invoice: { prefix: 'X-' }, creditNote: { prefix: 'NL-' } }),
    ).rejects.toMatchObject({ code: 'accounts_invalid' })
    expect(await ask({ invoice: { prefix: 'X-' } })).toEqual([
      'numbers of noorderlicht in 2026 keep the prefix "NL-" that they began with',
    ])
  },
)
