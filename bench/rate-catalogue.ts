/** Catalogue of the rating bench: bundles, pools, bands and a deck of 12,000 prefixes. */
import type {
  Allowance,
  CallType,
  Catalogue,
  Destination,
  Plan,
  Rate,
} from '../src/catalogue/catalogue.ts'
import type { UsageKind } from '../src/core/usage/usage.ts'

const PREFIXES_COUNT = 12_000
const ALWAYS = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }
const MEGABYTE = 1_048_576
const NAMES = { nl: '', fr: '', de: '', en: '' }

export const VOICE = [
  'national-fixed',
  'national-mobile',
  'international-1',
  'international-2',
] as const
const CALL_TYPES: readonly [string, UsageKind, CallType['counts']][] = [
  ...VOICE.map((id): [string, UsageKind, CallType['counts']] => [id, 'voice', 'other']),
  ['roaming-voice', 'voice', 'other'],
  ['sms', 'sms', 'other'],
  ['national-data', 'data', 'national-data'],
  ['roaming-data', 'data', 'roaming-data'],
]

export function createRateCatalogue(): Catalogue {
  const callTypes = CALL_TYPES.map(([id, kind, counts], index): CallType => ({
    id,
    index,
    names: NAMES,
    kind,
    invoiceGroup: 'national',
    taxes: [],
    counts,
    countsAs: '',
    when: [],
  }))
  const rates = new Map(
    Object.entries(RATES).map(([rateId, { unit, ...rate }]) => [
      rateId,
      { rateId, unit, versions: [{ ...PLAIN_RATE, ...rate }] },
    ]),
  )
  return {
    hash: '0'.repeat(64),
    currency: 'EUR',
    timeZone: 'Europe/Amsterdam',
    callTypes,
    callTypeIndexById: new Map(callTypes.map(({ id, index }) => [id, index])),
    rates,
    allowances: new Map(ALLOWANCES.map((each) => [each.allowanceId, each])),
    plans: new Map(
      Object.entries(PLANS).map(([planId, allowanceIds]) => [planId, planOf(planId, allowanceIds)]),
    ),
    modules: new Map(),
    zones: [],
    countries: new Map(),
    destinations: Array.from({ length: PREFIXES_COUNT }, (_, number) => destinationOf(number)),
    specialNumbers: [],
    holidays: { byCountry: { NL: ['new-year', 'christmas-day'], BE: ['new-year'] } },
    priceDecks: new Map(),
    exchangeRates: new Map(),
    suppliers: new Map(),
    vatRates: [],
  }
}

const PLAIN_RATE: Rate = {
  ...ALWAYS,
  connectFee: '0',
  steps: [],
  minimum: undefined,
  maximum: undefined,
  decimals: 4,
  rounding: 'half-up',
  chargeZero: false,
  connectFeeAlways: false,
  split: false,
  bands: [],
  holidays: 'as-sunday',
  information: undefined,
  model: undefined,
}

const minute = (price: string, increment: number, from = 0) => ({
  from,
  price,
  per: 60,
  increment,
})
const RATES: Readonly<
  Record<string, Partial<Rate> & { readonly unit: 'second' | 'byte' | 'message' }>
> = {
  'national-fixed': {
    unit: 'second',
    connectFee: '0.05',
    steps: [minute('0.10', 60), minute('0.10', 1, 60)],
  },
  'national-mobile': {
    unit: 'second',
    split: true,
    steps: [minute('0.06', 1)],
    bands: [
      {
        name: 'peak',
        days: [1, 2, 3, 4, 5],
        fromMinute: 480,
        toMinute: 1080,
        connectFee: '0.04',
        steps: [minute('0.12', 1)],
      },
    ],
  },
  'international-1': { unit: 'second', steps: [minute('0.19', 30)], minimum: '0.15' },
  'international-2': {
    unit: 'second',
    connectFee: '0.10',
    steps: [minute('0.85', 60), minute('0.0725', 1, 60)],
  },
  'roaming-voice': { unit: 'second', steps: [minute('0.022', 1)] },
  sms: { unit: 'message', steps: [{ from: 0, price: '0.08', per: 1, increment: 1 }] },
  'national-data': {
    unit: 'byte',
    steps: [{ from: 0, price: '0.10', per: MEGABYTE, increment: 10_240 }],
  },
  'roaming-data': {
    unit: 'byte',
    steps: [{ from: 0, price: '0.0035', per: MEGABYTE, increment: 1024 }],
  },
}

const ALLOWANCES: readonly Allowance[] = [
  allowance('minutes', 'second', 18_000, { callTypes: ['national-fixed', 'national-mobile'] }),
  allowance('messages', 'message', 100, { callTypes: ['sms'], watchedBy: 'sms-bundle' }),
  allowance('data', 'byte', 5 * 1024 * MEGABYTE, { watchedBy: 'data-bundle' }),
  allowance('pool', 'byte', 20 * 1024 * MEGABYTE, {
    scope: 'group-pooled',
    watchedBy: 'group-bundle',
  }),
  allowance('unlimited', 'second', Number.POSITIVE_INFINITY, {
    callTypes: ['national-fixed', 'national-mobile', 'roaming-voice'],
  }),
]
const PLANS: Readonly<Record<string, readonly string[]>> = {
  bundle: ['minutes', 'messages', 'data'],
  pooled: ['minutes', 'messages', 'data', 'pool'],
  unlimited: ['unlimited', 'messages', 'data', 'pool'],
  go: [],
}
export const PLAN_IDS = Object.keys(PLANS)

function allowance(
  allowanceId: string,
  unit: Allowance['unit'],
  amount: number,
  parts: Partial<Allowance>,
): Allowance {
  return {
    allowanceId,
    names: NAMES,
    unit,
    amount,
    fairUseAmount: undefined,
    callTypes: ['national-data', 'roaming-data'],
    increment: 1,
    period: 'billing-period',
    lifetimeMonths: 0,
    proration: 'daily',
    rolloverPeriods: 0,
    versions: [],
    priority: 10,
    scope: 'own',
    watchedBy: undefined,
    ...parts,
  }
}

function planOf(planId: string, allowanceIds: readonly string[]): Plan {
  return {
    planId,
    product: 'mobile',
    names: NAMES,
    inheritsFrom: '',
    monthlyFee: '10',
    activationFee: '0',
    simBlockFee: '0',
    taxes: [],
    prorateFee: false,
    billing: 'advance',
    rates: new Map(
      Object.keys(RATES).map((id) => [
        id,
        [{ rateId: id, from: planId, fromMs: -Infinity, toMs: Infinity }],
      ]),
    ),
    allowanceIds,
    allowanceDates: new Map(),
    fromMs: -Infinity,
    toMs: Infinity,
  }
}

function destinationOf(number: number): Destination {
  return {
    ...ALWAYS,
    prefix: String(10_000 + number),
    destinationId: `destination-${number % 300}`,
    name: '',
    country: '',
    destinationClass: number % 2 === 0 ? 'fixed' : 'mobile',
    zoneId: `zone-${number % 5}`,
  }
}
