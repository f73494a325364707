/**
 * What the rating bench rates: a catalogue with bundles, pools, bands and limits, a directory of
 * 20,000 accounts with 60,000 subscriptions, and usages in the mix of a real month. Seeded.
 */
import type {
  Allowance,
  CallType,
  Catalogue,
  Destination,
  Plan,
  Rate,
} from '../src/catalogue/catalogue.ts'
import type {
  Account,
  Directory,
  Group,
  LimitSetting,
  Partner,
  Subscription,
} from '../src/core/accounts.ts'
import type { Usage, UsageKind } from '../src/core/usage.ts'

export interface RateWorld {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly usages: Usage[]
}

export const ACCOUNTS_COUNT = 20_000
const SUBSCRIPTIONS_PER_ACCOUNT = 3
const PREFIXES_COUNT = 12_000
const ALWAYS = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }
const PERIOD_START_MS = Date.parse('2026-09-30T22:00:00Z')
const PERIOD_MS = 31 * 86_400_000
const MEGABYTE = 1_048_576
const EUR = 1_000_000
const NAMES = { nl: '', fr: '', de: '', en: '' }
const PARTY = {
  legalName: 'Example',
  address: { street: '', postcode: '', city: '', country: 'NL' },
  vatId: '',
  registrationNumber: '',
}

/** `hourCalls`: every call lasts one hour, everything else stays as it is. */
export function createRateWorld(usagesCount: number, hourCalls: boolean): RateWorld {
  const catalogue = createCatalogue()
  const directory = createDirectory()
  const random = createRandom(20_261_101)
  const usages = Array.from({ length: usagesCount }, (_, number) =>
    createUsage({ catalogue, directory }, number, random, hourCalls),
  )
  return { catalogue, directory, usages }
}

const VOICE = ['national-fixed', 'national-mobile', 'international-1', 'international-2'] as const
const CALL_TYPES: readonly [string, UsageKind, CallType['counts']][] = [
  ...VOICE.map((id): [string, UsageKind, CallType['counts']] => [id, 'voice', 'other']),
  ['roaming-voice', 'voice', 'other'],
  ['sms', 'sms', 'other'],
  ['national-data', 'data', 'national-data'],
  ['roaming-data', 'data', 'roaming-data'],
]

function createCatalogue(): Catalogue {
  const callTypes = CALL_TYPES.map(([id, kind, counts], index): CallType => ({
    id,
    index,
    names: NAMES,
    kind,
    invoiceGroup: 'national',
    taxCategory: 'standard',
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
const PLAN_IDS = Object.keys(PLANS)

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
    prorateFee: false,
    billing: 'advance',
    rates: new Map(Object.keys(RATES).map((id) => [id, { rateId: id, from: planId }])),
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

function createDirectory(): Directory {
  const partner: Partner = {
    partnerId: 'partner',
    party: PARTY,
    iban: '',
    bic: '',
    mailFrom: '',
    language: 'nl',
    defaultPlans: {},
  }
  const accounts = new Map<string, Account>()
  const groups = new Map<string, Group>()
  const subscriptions: Subscription[] = []
  for (let number = 0; number < ACCOUNTS_COUNT; number += 1) {
    const accountId = `A${String(number).padStart(6, '0')}`
    const groupId = `G${accountId}`
    accounts.set(accountId, accountOf(accountId))
    groups.set(groupId, { groupId, accountId, name: 'All', allowanceIds: [] })
    for (let line = 0; line < SUBSCRIPTIONS_PER_ACCOUNT; line += 1) {
      subscriptions.push(subscriptionOf(subscriptions.length, accountId, groupId))
    }
  }
  const limits = (['account-total', 'subscription-total', 'national-data'] as const).map(
    (code, index): LimitSetting => ({
      ...ALWAYS,
      code,
      setBy: 'partner',
      scopeId: 'partner',
      subject: '',
      amount: (index + 1) * 25 * EUR,
      action: 'notify',
    }),
  )
  return {
    partners: new Map([['partner', partner]]),
    accounts,
    subscriptions,
    groups,
    users: [],
    limits,
  }
}

function accountOf(accountId: string): Account {
  return {
    accountId,
    partnerId: 'partner',
    parentAccountId: '',
    party: PARTY,
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    anchorDay: 1,
    language: 'nl',
    purchaseOrder: '',
    paymentTermDays: 14,
    sendZeroInvoices: false,
    rateOverrides: [],
    discounts: [],
    closedPeriods: [],
  }
}

function subscriptionOf(index: number, accountId: string, groupId: string): Subscription {
  return {
    subscriptionId: `S${String(index).padStart(6, '0')}`,
    index,
    accountId,
    product: 'mobile',
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Number.POSITIVE_INFINITY,
    identities: [],
    plans: [{ ...ALWAYS, planId: PLAN_IDS[index % PLAN_IDS.length] ?? 'go' }],
    modules: [],
    groups: [{ ...ALWAYS, groupId }],
  }
}

/** 53 % data (62 % cut at 92.16 MB, sessions in parts), 25 % SMS, 22 % voice; 1 % roaming. */
function createUsage(
  { catalogue, directory }: Pick<RateWorld, 'catalogue' | 'directory'>,
  number: number,
  random: () => number,
  hourCalls: boolean,
): Usage {
  const subscription =
    directory.subscriptions[Math.floor(random() * directory.subscriptions.length)]!
  const mix = random()
  const isRoaming = random() < 0.01
  const kind: UsageKind = mix < 0.53 ? 'data' : mix < 0.78 ? 'sms' : 'voice'
  const callType = callTypeOf(kind, isRoaming, random())
  const quantity = quantityOf(kind, random, hourCalls)
  return {
    usageId: `bench:${number}`,
    contentHash: number,
    origin: 'bench',
    originRecord: number,
    rejectReason: '',
    unbillableReason: '',
    detail: '',
    raw: '',
    partnerId: 'partner',
    accountId: subscription.accountId,
    subscriptionId: subscription.subscriptionId,
    subscriptionIndex: subscription.index,
    product: 'mobile',
    kind,
    direction: 'out',
    callType,
    callTypeIndex: catalogue.callTypeIndexById.get(callType) ?? -1,
    destination: '',
    sender: '',
    receiver: '',
    servedNumber: '',
    visitedNetwork: isRoaming ? '262-01' : '',
    startMs: PERIOD_START_MS + Math.floor(random() * PERIOD_MS),
    durationSeconds: kind === 'voice' ? quantity : 0,
    volumeBytes: kind === 'data' ? quantity : 0,
    quantity,
    sessionKey: kind === 'data' && random() < 0.6 ? `s${subscription.index}-${number % 3}` : '',
    partNumber: 0,
  }
}

function callTypeOf(kind: UsageKind, isRoaming: boolean, choice: number): string {
  if (kind === 'sms') return 'sms'
  if (kind === 'data') return isRoaming ? 'roaming-data' : 'national-data'
  if (isRoaming) return 'roaming-voice'
  const index = choice < 0.3 ? 0 : choice < 0.9 ? 1 : choice < 0.97 ? 2 : 3
  return VOICE[index]
}

function quantityOf(kind: UsageKind, random: () => number, hourCalls: boolean): number {
  if (kind === 'sms') return 1
  if (kind === 'data') {
    return random() < 0.62 ? 92_160_000 : 1 + Math.floor(random() * 92_000_000)
  }
  const length = random() < 0.135 ? 0 : Math.ceil(Math.exp(3.92 + 1.95 * normal(random)))
  return hourCalls ? 3600 : Math.min(length, 36_000)
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** mulberry32: small, seeded, good enough for traffic. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
