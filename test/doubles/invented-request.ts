/**
 * Invented parties, plans and usage, for tests, the bench and examples of what an invoice looks
 * like. Everything follows from the arguments; nobody in it exists.
 */
import type { CallType, Catalogue, Plan, PlanModule } from '../../src/catalogue/catalogue.ts'
import type { Account, Language, Partner, Subscription } from '../../src/core/accounts/accounts.ts'
import { micros } from '../../src/core/money/money.ts'
import { billingCalendar, dayFromIso } from '../../src/core/time/period.ts'
import type { Product, UsageKind } from '../../src/core/usage/usage.ts'
import type { InvoiceRequest } from '../../src/invoicing/build/build-invoice.ts'
import type { UsageSum } from '../../src/invoicing/ledger/invoice-ledger.ts'
import type { BilledBundle } from '../../src/invoicing/invoice-model.ts'

export interface InventedOptions {
  readonly subscriptionsCount: number
  readonly language?: Language
  readonly customerName?: string
  readonly sellerName?: string
  readonly customerCountry?: 'NL' | 'BE'
}

const TIME_ZONE = 'Europe/Amsterdam'
const PERIOD_START = '2026-10-01'

/** A request for October 2026: fees, bundles, usage of all kinds, something late, a discount. */
export function inventedRequest(options: InventedOptions): InvoiceRequest {
  const { subscriptionsCount, language = 'nl' } = options
  const calendar = billingCalendar(TIME_ZONE, 1)
  const period = calendar.periodStarting(dayFromIso(PERIOD_START))
  const subscriptions = Array.from({ length: subscriptionsCount }, (_, index) =>
    inventedSubscription(index),
  )
  return {
    partner: inventedPartner(options.sellerName ?? 'Noorderlicht Telecom B.V.'),
    account: inventedAccount(options, language),
    subscriptions,
    catalogue: inventedCatalogue(),
    calendar,
    period,
    issueDay: dayFromIso('2026-11-02'),
    usage: subscriptions.flatMap((subscription, index) => usageOf(subscription, index, period)),
    bundles: subscriptions.flatMap((subscription, index) => bundlesOf(subscription, index)),
    oneOffCharges: [
      {
        chargeId: 'sim-swap-1',
        accountId: 'duinzicht',
        subscriptionId: subscriptions[0]?.subscriptionId ?? '',
        atMs: Date.UTC(2026, 9, 14, 9),
        description: 'Simwissel',
        amountMicros: micros(7_500_000),
      },
    ],
    chargedItems: [],
    firstBilledDay: undefined,
  }
}

export function inventedPartner(legalName: string): Partner {
  return {
    partnerId: 'noorderlicht',
    party: {
      legalName,
      address: { street: 'Kadeweg 12', postcode: '9711 AA', city: 'Groningen', country: 'NL' },
      vatId: 'NL001234560B01',
      registrationNumber: '01234567',
    },
    iban: 'NL02ABNA0123456789',
    bic: 'ABNANL2A',
    mailFrom: 'facturen@noorderlicht.example',
    language: 'nl',
    defaultPlans: {},
  }
}

function inventedAccount(options: InventedOptions, language: Language): Account {
  const { customerCountry = 'NL', customerName = 'Duinzicht Zorggroep' } = options
  const isDutch = customerCountry === 'NL'
  return {
    accountId: 'duinzicht',
    partnerId: 'noorderlicht',
    parentAccountId: '',
    party: {
      legalName: customerName,
      address: {
        street: isDutch ? 'Schelpenpad 3-b' : 'Kerkstraat 41',
        postcode: isDutch ? '1976 XZ' : '2060',
        city: isDutch ? 'IJmuiden' : 'Antwerpen',
        country: customerCountry,
      },
      vatId: isDutch ? 'NL009876546B01' : 'BE0999999922',
      registrationNumber: '09876543',
    },
    country: customerCountry,
    timeZone: TIME_ZONE,
    anchorDay: 1,
    language,
    purchaseOrder: 'PO-2026/0417',
    paymentTermDays: 14,
    sendZeroInvoices: false,
    rateOverrides: [],
    discounts: [
      {
        on: 'recurring',
        callType: '',
        percentHundredths: 750,
        amountMicros: micros(0),
        description: 'Raamovereenkomst',
        fromMs: 0,
        toMs: Infinity,
      },
    ],
    earlierTerms: [],
    closedPeriods: [],
  }
}

const LABELS = [
  'Receptie',
  'Francesca Ümit-Željković',
  'Διονύσιος Παπαδόπουλος',
  'Наталья Ковальчук',
  'Wijkteam Oost, nachtdienst en achterwacht (roulerend toestel)',
  'Buitendienst',
  'Magazijn',
] as const
const COST_CENTRES = ['1000 Directie', '2100 Wijkzorg', '3000 Facilitair'] as const

function inventedSubscription(index: number): Subscription {
  const product: Product = index % 3 === 2 ? 'voip' : 'mobile'
  const activatedMs = index % 7 === 3 ? Date.UTC(2026, 9, 11, 8) : Date.UTC(2025, 0, 5)
  const always = { fromMs: activatedMs, toMs: Infinity }
  const number =
    product === 'voip' ? `+3185${2_000_000 + index}` : `+316${String(10_000_000 + index * 37)}`
  return {
    subscriptionId: `sub-${String(index).padStart(4, '0')}`,
    index,
    accountId: 'duinzicht',
    product,
    label: LABELS[index % LABELS.length] ?? '',
    costCentre: COST_CENTRES[index % COST_CENTRES.length] ?? '',
    activatedMs,
    terminatedMs: Infinity,
    identities: [{ kind: 'number', value: number, ...always }],
    plans: [{ planId: product === 'voip' ? 'hosted-voip' : 'mobiel-zakelijk', ...always }],
    modules:
      index % 5 === 1 && product === 'mobile' ? [{ moduleId: 'internet-eu', ...always }] : [],
    groups: [],
  }
}

interface InventedUsage {
  readonly callType: string
  readonly product: Product
  readonly kind: UsageKind
  readonly quantity: number
  readonly microsEach: number
  readonly informationMicros?: number
}

const USAGES: readonly InventedUsage[] = [
  { callType: 'national-fixed', product: 'mobile', kind: 'voice', quantity: 184, microsEach: 0 },
  { callType: 'national-mobile', product: 'mobile', kind: 'voice', quantity: 143, microsEach: 0 },
  {
    callType: 'national-data',
    product: 'mobile',
    kind: 'data',
    quantity: 91_750_400,
    microsEach: 0,
  },
  { callType: 'sms', product: 'mobile', kind: 'sms', quantity: 1, microsEach: 42_300 },
  {
    callType: 'roaming-world',
    product: 'mobile',
    kind: 'voice',
    quantity: 77,
    microsEach: 1_216_667,
  },
  { callType: 'national-fixed', product: 'voip', kind: 'voice', quantity: 212, microsEach: 35_333 },
  {
    callType: 'international-1',
    product: 'voip',
    kind: 'voice',
    quantity: 301,
    microsEach: 151_667,
  },
  {
    callType: 'premium-0900',
    product: 'voip',
    kind: 'voice',
    quantity: 96,
    microsEach: 100_000,
    informationMicros: 1_300_000,
  },
]

function usageOf(
  subscription: Subscription,
  index: number,
  period: { startDay: number },
): UsageSum[] {
  const own = USAGES.filter(
    (usage, position) => usage.product === subscription.product && (index + position) % 4 !== 3,
  )
  return own.map((usage, position) => {
    const count = 1 + ((index * 13 + position * 7) % 41)
    const late = position === 0 && index % 25 === 4
    return {
      periodStartDay: late ? period.startDay - 30 : period.startDay,
      late,
      subscriptionId: subscription.subscriptionId,
      product: usage.product,
      kind: usage.kind,
      callType: usage.callType,
      fromMs: -Infinity,
      count,
      quantity: usage.quantity * count,
      outOfBundleQuantity: usage.quantity * count,
      chargeMicros: micros(usage.microsEach * count),
      informationChargeMicros: micros((usage.informationMicros ?? 0) * count),
    }
  })
}

const GIGABYTE = 1_073_741_824

function bundlesOf(subscription: Subscription, index: number): BilledBundle[] {
  const group: BilledBundle[] =
    index > 0
      ? []
      : [
          {
            allowanceId: 'pool-data',
            name: 'Databundel groep',
            scope: 'group',
            scopeId: 'wijkteams',
            label: 'Wijkteams',
            unit: 'byte',
            included: 50 * GIGABYTE,
            used: 43 * GIGABYTE + 312_000_000,
          },
          {
            allowanceId: 'pool-voice',
            name: 'Bellen groep',
            scope: 'group',
            scopeId: 'wijkteams',
            label: 'Wijkteams',
            unit: 'second',
            included: undefined,
            used: 381_233,
          },
        ]
  if (subscription.product === 'voip') return group
  return [
    ...group,
    {
      allowanceId: 'data-5gb',
      name: 'Databundel 5 GB',
      scope: 'subscription',
      scopeId: subscription.subscriptionId,
      label: subscription.label,
      unit: 'byte',
      included: 5 * GIGABYTE,
      used: Math.round((((index * 29) % 130) / 100) * 5 * GIGABYTE),
    },
  ]
}

function inventedCatalogue(): Catalogue {
  const callTypes = CALL_TYPES.map(([id, nl, kind, invoiceGroup], index): CallType => ({
    id,
    index,
    names: { nl, fr: nl, de: nl, en: nl },
    kind,
    invoiceGroup,
    taxes: [],
    counts: 'other',
    countsAs: '',
    when: [],
  }))
  return {
    hash: '0'.repeat(64),
    currency: 'EUR',
    timeZone: TIME_ZONE,
    callTypes,
    callTypeIndexById: new Map(callTypes.map((each) => [each.id, each.index])),
    rates: new Map(),
    allowances: new Map(),
    plans: new Map(
      [
        inventedPlan('mobiel-zakelijk', 'mobile', 'Mobiel Zakelijk 5 GB', '17.50'),
        inventedPlan('hosted-voip', 'voip', 'Hosted telefonie Compleet', '11.95'),
      ].map((plan) => [plan.planId, plan]),
    ),
    modules: new Map([['internet-eu', inventedModule()]]),
    zones: [],
    countries: new Map(),
    destinations: [],
    specialNumbers: [],
    holidays: { byCountry: { NL: [], BE: [] } },
    priceDecks: new Map(),
    exchangeRates: new Map(),
    suppliers: new Map(),
    vatRates: [],
  }
}

const CALL_TYPES: readonly (readonly [string, string, UsageKind, string])[] = [
  ['national-fixed', 'Nationaal vast', 'voice', 'national'],
  ['national-mobile', 'Nationaal mobiel', 'voice', 'national'],
  ['international-1', 'Internationaal zone 1', 'voice', 'international'],
  ['roaming-world', 'Roaming wereld, uitgaand', 'voice', 'roaming'],
  ['premium-0900', '0900-nummers', 'voice', 'premium'],
  ['national-data', 'Nationale data', 'data', 'data'],
  ['sms', 'SMS', 'sms', 'messages'],
]

function inventedPlan(planId: string, product: Product, name: string, monthlyFee: string): Plan {
  return {
    planId,
    product,
    names: { nl: name, fr: name, de: name, en: name },
    inheritsFrom: '',
    monthlyFee,
    activationFee: product === 'mobile' ? '9.95' : '0',
    simBlockFee: '0',
    taxes: [],
    prorateFee: true,
    billing: 'advance',
    rates: new Map(),
    allowanceIds: [],
    allowanceDates: new Map(),
    fromMs: -Infinity,
    toMs: Infinity,
  }
}

function inventedModule(): PlanModule {
  const name = 'Mobiel internet EU'
  return {
    moduleId: 'internet-eu',
    product: 'mobile',
    names: { nl: name, fr: name, de: name, en: name },
    monthlyFee: '4.25',
    taxes: [],
    rates: new Map(),
    allowanceIds: [],
    allowanceDates: new Map(),
    fromMs: -Infinity,
    toMs: Infinity,
    limit: undefined,
  }
}
