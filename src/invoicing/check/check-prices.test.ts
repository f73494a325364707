import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import type { RateCharge } from '../ledger/check-ledger.ts'
import type { BillingParts } from '../run/billing.ts'
import { billingScope } from '../run/billing-scope.ts'
import { runBilling } from '../run/run-billing.ts'
import { priceFindings } from './check-prices.ts'

const RATES = await loadCatalogue('fixtures/catalogue')
const RATE = 'voip-national-mobile'
const PERIOD = '2026-10'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
afterAll(() => billing[Symbol.asyncDispose]())

/** The price of one rate, from a moment on. */
function withPrice(price: string, fromMs = -Infinity): Catalogue {
  const rate = RATES.rates.get(RATE)
  const [version] = rate?.versions ?? []
  if (rate === undefined || version === undefined) throw new Error('it has a version')
  const steps = version.steps.map((step) => ({ ...step, price }))
  const versions = [
    ...(fromMs === -Infinity ? [] : [{ ...version, toMs: fromMs }]),
    { ...version, steps, fromMs },
  ]
  return { ...RATES, rates: new Map([...RATES.rates, [RATE, { ...rate, versions }]]) }
}

function withFees(
  changed: Readonly<Record<string, string>>,
  of = billing.parts.catalogue,
): Catalogue {
  const plans = new Map(
    [...of.plans].map(([id, plan]) => [
      id,
      { ...plan, monthlyFee: changed[id] ?? plan.monthlyFee },
    ]),
  )
  const modules = new Map(
    [...of.modules].map(([id, module]) => [
      id,
      { ...module, monthlyFee: changed[id] ?? module.monthlyFee },
    ]),
  )
  return { ...of, plans, modules }
}

interface World {
  readonly before: Catalogue | Error
  readonly now: Catalogue
  readonly charges?: readonly RateCharge[]
  readonly directory?: BillingParts['directory']
  readonly ranBefore?: boolean
}

/** With a catalogue of the month before that is kept as `old`. */
async function found({ before, now, charges = [], directory, ranBefore = true }: World) {
  const parts = {
    ...billing.parts,
    catalogueKey: 'new',
    catalogue: now,
    directory: directory ?? billing.parts.directory,
    operations: {
      ...billing.parts.operations,
      query: () => Promise.resolve(ranBefore ? [{ catalogue_key: 'old' }] : []),
    },
    catalogueOf: (key: string) => {
      if (key !== 'old') throw new Error(`${key} is today's`)
      return before instanceof Error ? Promise.reject(before) : Promise.resolve(before)
    },
    ledger: { ...billing.parts.ledger, rateCharges: () => Promise.resolve([...charges]) },
  } as unknown as BillingParts
  const scopes = billingScope(parts, PERIOD, undefined)
  const [scope] = scopes
  if (scope === undefined) throw new Error('there are accounts')
  const range = { fromMs: scope.period.startMs, toMs: scope.period.endMs }
  return { findings: await priceFindings(parts, PERIOD, { scopes, range }), range }
}

const charge = (callType: string, chargeMicros: Micros | undefined, rateId = RATE) => {
  return { rateId, callType, count: 2, chargeMicros }
}

test('a price that slipped is told with what was charged by it, and where it is', async () => {
  const charges = [
    charge('national-mobile', micros(1_000_000)),
    charge('forwarded-mobile', micros(500_000)),
    charge('national-mobile', micros(70_000_000), 'another-rate'),
    charge('another-call-type', micros(70_000_000)),
  ]
  const { findings } = await found({ before: RATES, now: withPrice('0.7250'), charges })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatchObject({
    code: 'price_changed',
    severity: 'warning',
    subject: RATE,
    count: 4,
    estimateMicros: 1_500_000,
    show: expect.stringMatching(
      /^tik totals --by call-type --period 2026-10 --call-type \S+ \S+ \S+$/,
    ),
  })
  expect(findings[0]?.text).toMatch(
    /^price of a minute was 0\.0725, is 0\.725, in \S+, \S+, \S+: more than 2 times apart; 1\.50 euros in the period$/,
  )
  const [plan] = RATES.plans.values()
  const more = (of: Catalogue) => ({
    ...of,
    plans: new Map([...of.plans, ...(plan === undefined ? [] : [['voip-more', plan] as const])]),
  })
  const fourth = await found({ before: more(RATES), now: more(withPrice('0.7250')), charges })
  expect(fourth.findings[0]?.text).toMatch(/, in \S+, \S+, \S+ and 1 more: /)
})

test('a price that nobody used has no amount, and what cannot be told is said to be so', async () => {
  const none = await found({ before: RATES, now: withPrice('0.7250') })
  expect(none.findings[0]).toMatchObject({ count: 0, estimateMicros: 0 })
  expect(none.findings[0]?.text).toMatch(/; nobody used it in the period$/)
  const charges = [charge('national-mobile', undefined)]
  const untold = await found({ before: RATES, now: withPrice('0.7250'), charges })
  expect(untold.findings[0]?.text).toMatch(/; more euros than can be told exactly in the period$/)
})

test('compared are the last moment before the period and its last one', async () => {
  const { range } = await found({ before: RATES, now: RATES })
  const changesAt = async (fromMs: number) => {
    const dated = withPrice('0.7250', fromMs)
    return (await found({ before: dated, now: dated })).findings.length
  }
  expect(await changesAt(range.fromMs - 1)).toBe(0)
  expect(await changesAt(range.fromMs)).toBe(1)
  expect(await changesAt(range.toMs - 1)).toBe(1)
  expect(await changesAt(range.toMs)).toBe(0)
})

test('a fee that slipped is told with who has it at the end of the period, at the new fee', async () => {
  const before = billing.parts.catalogue
  const now = withFees({ 'mobiel-zakelijk': '175.00' })
  const { findings, range } = await found({ before, now })
  expect(findings).toEqual([
    {
      code: 'price_changed',
      severity: 'warning',
      subject: 'mobiel-zakelijk',
      text: 'monthly fee was 17.5, is 175: more than 2 times apart; 1050.00 euros in the period',
      count: 6,
      estimateMicros: 1_050_000_000,
      show: 'tik totals --by call-type --period 2026-10',
    },
  ])
  const { directory } = billing.parts
  const subscriptions = directory.subscriptions.map((each, index) => {
    // At the end of the period only the first has it still.
    const toMs = index === 0 ? range.toMs : range.toMs - 1
    const plans = each.plans.map((plan) => ({ ...plan, toMs }))
    return { ...each, plans, modules: [] }
  })
  const some = await found({ before, now, directory: { ...directory, subscriptions } })
  expect(some.findings[0]).toMatchObject({ count: 1 })
})

test('the fee of a module is told with who has the module', async () => {
  const { directory, catalogue } = billing.parts
  const always = { fromMs: 0, toMs: Infinity }
  const subscriptions = directory.subscriptions.map((each, index) => ({
    ...each,
    modules: index < 2 ? [{ moduleId: 'internet-eu', ...always }] : [],
  }))
  const { findings } = await found({
    before: catalogue,
    now: withFees({ 'internet-eu': '42.50' }),
    directory: { ...directory, subscriptions },
  })
  expect(findings).toMatchObject([{ subject: 'internet-eu', count: 2, estimateMicros: 85_000_000 }])
})

test('where no month was billed before, or its catalogue was not kept, prices of dates are compared alone', async () => {
  const now = withFees({ 'mobiel-zakelijk': '175.00' })
  const before = billing.parts.catalogue
  expect((await found({ before, now, ranBefore: false })).findings).toEqual([])
  const gone = new TikError('not_found', 'no catalogue')
  expect((await found({ before: gone, now })).findings).toEqual([])
  await expect(found({ before: new Error('broken'), now })).rejects.toThrow('broken')
  const refused = new TikError('catalogue_invalid', 'of another build')
  await expect(found({ before: refused, now })).rejects.toBe(refused)
})

test('the month before is one that was billed before this month, not this one', async () => {
  await runBilling(billing.parts, { period: '2026-09', accounts: ['zandbank'] })
  const dear = billing.withCatalogue('dear', withFees({ 'mobiel-zakelijk': '175.00' }))
  await runBilling(dear, { period: PERIOD, accounts: ['duinzicht'] })
  const scopes = billingScope(dear, PERIOD, undefined)
  const range = { fromMs: scopes[0]?.period.startMs ?? 0, toMs: scopes[0]?.period.endMs ?? 0 }
  const codes = (await priceFindings(dear, PERIOD, { scopes, range })).map(({ subject }) => subject)
  expect(codes).toEqual(['mobiel-zakelijk'])
})
