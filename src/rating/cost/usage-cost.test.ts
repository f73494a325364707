/** What usage costs us: rating.md §5b D10 and around it, with a catalogue through the door. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld } from '../../../test/rating/world.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { checkCatalogue, loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { formatProblems } from '../../catalogue/read/format-problems.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { reverseRow } from '../correct-row.ts'
import { createRater } from '../create-rater.ts'

const CATALOGUE = `
catalogue: { timeZone: Europe/Amsterdam }
callTypes:
  call:
    names: { nl: c, fr: c, de: c, en: c }
    kind: voice
    group: international
    when: [{ directions: [out] }]
rates:
  call: { for: voice, steps: [{ price: "0.10/min", by: 60/60 }] }
  paid: { for: voice, deck: paid, by: 1/1 }
  dollars: { for: voice, deck: dollars, by: 30/6, rounding: { decimals: 2, mode: up } }
  as-said: { for: voice, record: {} }
priceDecks:
  paid: { purpose: cost }
  dollars: { purpose: cost, currency: USD, timeZone: America/New_York }
suppliers:
  carrier: { voice: paid }
  overseas: { voice: dollars }
  resale: { voice: as-said }
plans:
  plan: { product: mobile, names: { nl: p, fr: p, de: p, en: p }, rates: { call: call } }
`
const PAID = 'code,price\n44,0.012\n447,0.09\n'
const DOLLARS = 'code,price,from,until\n44,0.02,,2026-11-10\n44,0.03,2026-11-10,\n'
const EXCHANGE = 'currency,rate,from\nUSD,0.9,2026-11-01\n'

let folder = ''
let catalogue: Catalogue

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tik-cost-'))
  writeFileSync(join(folder, 'catalogue.yaml'), CATALOGUE)
  writeFileSync(join(folder, 'paid.prices.csv'), PAID)
  writeFileSync(join(folder, 'dollars.prices.csv'), DOLLARS)
  writeFileSync(join(folder, 'exchange.csv'), EXCHANGE)
  catalogue = await loadCatalogue(folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

const { directory } = createWorld({ subscriptions: [{ subscriptionId: 'A' }] })

function usage(parts: Partial<Usage>): Usage {
  const world = createWorld({ subscriptions: [{ subscriptionId: 'A' }] })
  return {
    ...world.usage('A', 'call', { quantity: 61, startMs: Date.parse('2026-11-10T12:00:00Z') }),
    kind: 'voice',
    callTypeIndex: catalogue.callTypeIndexById.get('call') ?? -1,
    receiver: '+442071234567',
    supplier: 'carrier',
    ...parts,
  }
}

test.each`
  parts                                                                | cost      | rate         | rule
  ${{}}                                                                | ${12_200} | ${'paid'}    | ${'D10: by the increments of the supplier'}
  ${{ receiver: '+447500123456' }}                                     | ${91_500} | ${'paid'}    | ${'by his own codes'}
  ${{ receiver: '+33123456789' }}                                      | ${0}      | ${''}        | ${'what he has no price for is not known'}
  ${{ supplier: '' }}                                                  | ${0}      | ${''}        | ${'nor is what no source names a supplier of'}
  ${{ supplier: 'gone' }}                                              | ${0}      | ${''}        | ${'or one that the catalogue does not have'}
  ${{ supplier: 'overseas' }}                                          | ${36_000} | ${'dollars'} | ${'rounded as he does, 0.04 dollars, then in EUR'}
  ${{ supplier: 'overseas', startMs: Date.UTC(2026, 10, 10, 4) }}      | ${27_000} | ${'dollars'} | ${'on his clock the day before: 0.03 dollars'}
  ${{ supplier: 'resale', recordAmount: '0.031 EUR' }}                 | ${31_000} | ${'as-said'} | ${'as his record says'}
  ${{ supplier: 'resale', recordAmount: '0.05 USD' }}                  | ${45_000} | ${'as-said'} | ${'in his currency'}
  ${{ supplier: 'resale' }}                                            | ${0}      | ${''}        | ${'a record that says nothing: not known'}
  ${{ direction: 'in', sender: '+447500123456' }}                      | ${0}      | ${'paid'}    | ${'what comes in costs nothing'}
  ${{ direction: 'in', supplier: 'resale', recordAmount: '0.02 EUR' }} | ${20_000} | ${'as-said'} | ${'unless his record says so'}
  ${{ quantity: 0 }}                                                   | ${0}      | ${'paid'}    | ${'what nobody answered costs nothing, and that is known'}
`('$rule', ({ parts, cost, rate }) => {
  const rated = createRater({ catalogue, directory }).rate(usage(parts), 0)
  const charge = parts.quantity === 0 ? 0 : 200_000
  expect(rated).toMatchObject({ chargeMicros: charge, costMicros: cost, costRateId: rate })
})

test('the cost of one usage is not that of the next', () => {
  const rater = createRater({ catalogue, directory })
  rater.rate(usage({}), 0)
  expect(rater.rate(usage({ supplier: '' }), 0)).toMatchObject({ costMicros: 0, costRateId: '' })
  rater.rate(usage({}), 0)
  expect(rater.rate(usage({ callTypeIndex: -1 }), 0)).toMatchObject({
    outcome: 'rejected',
    costMicros: 0,
    costRateId: '',
  })
})

test('a reversal takes the cost away with the charge', () => {
  const rated = createRater({ catalogue, directory }).rate(usage({}), 0)
  const row = { ...usage({}), ...rated, logSource: 'files', logPartition: 1, logOffset: 0 }
  const reversal = reverseRow({
    ...row,
    recordedMs: 0,
    catalogueHash: '',
    entryKind: 'usage',
    corrects: '',
  })
  expect(reversal).toMatchObject({
    chargeMicros: -200_000,
    costMicros: -12_200,
    costRateId: 'paid',
  })
})

test('a supplier whose rate is not there, or counts in something else', async () => {
  const wrong = CATALOGUE.replace('{ voice: paid }', '{ sms: paid, voice: nothing }')
  writeFileSync(join(folder, 'catalogue.yaml'), wrong)
  const { problems } = await checkCatalogue(folder)
  expect(formatProblems(problems)).toBe(
    'catalogue.yaml:18: error: carrier: there is no rate "nothing"\n' +
      'catalogue.yaml:18: error: carrier: the rate "paid" is by the second, not for sms',
  )
})
