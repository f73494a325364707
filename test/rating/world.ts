/** A small catalogue and directory for tests: say what matters, the rest has plain defaults. */
import type {
  Allowance,
  AllowanceDates,
  CallType,
  Catalogue,
  Plan,
  PlanModule,
  Rate,
  RatesByCallType,
  RateStep,
} from '../../src/catalogue/catalogue.ts'
import type {
  Account,
  Directory,
  Group,
  Partner,
  Subscription,
  Validity,
} from '../../src/core/accounts/accounts.ts'
import type { LimitSetting } from '../../src/core/accounts/accounts.ts'
import { emptyUsage, type Usage } from '../../src/core/usage/usage.ts'
import { defaultPlans } from '../../src/directory/agreement.ts'

const FOR_EVER = { fromMs: -Infinity, toMs: Infinity }
export const ALWAYS = { fromMs: 0, toMs: Infinity }
const NAMES = { nl: '', fr: '', de: '', en: '' }
const PARTY = {
  legalName: 'Example',
  address: { street: '', postcode: '', city: '', country: 'NL' },
  vatId: '',
  registrationNumber: '',
}

export interface WorldParts {
  readonly callTypes?: readonly (Partial<CallType> & { readonly id: string })[]
  /** Rate id → versions. */
  readonly rates?: Readonly<Record<string, readonly Partial<Rate>[]>>
  readonly units?: Readonly<Record<string, 'second' | 'byte' | 'message' | 'event'>>
  readonly allowances?: readonly (Partial<Allowance> & { readonly allowanceId: string })[]
  readonly plans?: Readonly<Record<string, PlanParts>>
  readonly modules?: Readonly<Record<string, PlanParts & Pick<Partial<PlanModule>, 'limit'>>>
  readonly partner?: Partial<Partner>
  readonly accounts?: readonly (Partial<Account> & { readonly accountId: string })[]
  readonly subscriptions: readonly (Partial<Subscription> & { readonly subscriptionId: string })[]
  readonly groups?: readonly (Partial<Group> & { readonly groupId: string })[]
  readonly limits?: readonly (Partial<LimitSetting> & Pick<LimitSetting, 'code' | 'scopeId'>)[]
}

export interface PlanParts {
  /** Call type → rate id. */
  readonly rates?: Readonly<Record<string, string>>
  /** These go before the others while they hold. */
  readonly datedRates?: readonly (Validity & {
    readonly callType: string
    readonly rateId: string
  })[]
  readonly allowanceIds?: readonly string[]
  readonly allowanceDates?: AllowanceDates
  readonly validity?: Validity
}

export interface World {
  readonly catalogue: Catalogue
  readonly directory: Directory
  /** A usage of the subscription at its call type; `quantity` units at `startMs`. */
  readonly usage: (subscriptionId: string, callType: string, parts: Partial<Usage>) => Usage
}

/** Call type 'call' (voice) exists when none is given; accounts and groups default to account 'acc'. */
export function createWorld(parts: WorldParts): World {
  const catalogue = createCatalogue(parts)
  const directory = createDirectory(parts)
  return {
    catalogue,
    directory,
    usage: (subscriptionId, callType, fields) =>
      createUsage({ catalogue, directory }, subscriptionId, { callType, ...fields }),
  }
}

export function step(price: string, per = 1, increment = 1, from = 0): RateStep {
  return { from, price, per, increment }
}

export function createRate(parts: Partial<Rate>): Rate {
  return {
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
    ...parts,
  }
}

export function createAllowance(
  parts: Partial<Allowance> & { readonly allowanceId: string },
): Allowance {
  return {
    names: NAMES,
    unit: 'second',
    amount: 0,
    fairUseAmount: undefined,
    callTypes: ['call'],
    increment: 1,
    period: 'billing-period',
    lifetimeMonths: 0,
    proration: 'none',
    rolloverPeriods: 0,
    priority: 10,
    scope: 'own',
    watchedBy: undefined,
    versions: [],
    ...parts,
  }
}

function createCatalogue(parts: WorldParts): Catalogue {
  const callTypes = (parts.callTypes ?? [{ id: 'call' }]).map((callType, index): CallType => ({
    names: NAMES,
    kind: 'voice',
    invoiceGroup: 'national',
    taxes: [],
    counts: 'other',
    countsAs: '',
    when: [],
    ...callType,
    index,
  }))
  return {
    hash: '0123456789abcdef',
    currency: 'EUR',
    timeZone: 'Europe/Amsterdam',
    callTypes,
    callTypeIndexById: new Map(callTypes.map(({ id, index }) => [id, index])),
    rates: new Map(
      Object.entries(parts.rates ?? {}).map(([rateId, versions]) => [
        rateId,
        { rateId, unit: parts.units?.[rateId] ?? 'second', versions: versions.map(createRate) },
      ]),
    ),
    allowances: new Map(
      (parts.allowances ?? []).map((each) => [each.allowanceId, createAllowance(each)]),
    ),
    plans: new Map(
      Object.entries(parts.plans ?? {}).map(([id, plan]) => [id, createPlan(id, plan)]),
    ),
    modules: new Map(
      Object.entries(parts.modules ?? {}).map(([moduleId, module]) => [
        moduleId,
        {
          moduleId,
          product: 'mobile',
          names: NAMES,
          monthlyFee: '0',
          taxes: [],
          rates: ratesOf(moduleId, module),
          allowanceIds: module.allowanceIds ?? [],
          allowanceDates: module.allowanceDates ?? new Map(),
          ...(module.validity ?? FOR_EVER),
          limit: module.limit,
        },
      ]),
    ),
    zones: [],
    countries: new Map(),
    destinations: [],
    specialNumbers: [],
    holidays: { byCountry: { NL: ['new-year', 'christmas-day'], BE: ['armistice'] } },
    priceDecks: new Map(),
    exchangeRates: new Map(),
    suppliers: new Map(),
    vatRates: [],
  }
}

function createPlan(planId: string, parts: PlanParts): Plan {
  return {
    planId,
    product: 'mobile',
    names: NAMES,
    inheritsFrom: '',
    monthlyFee: '0',
    activationFee: '0',
    simBlockFee: '0',
    taxes: [],
    prorateFee: false,
    billing: 'advance',
    rates: ratesOf(planId, parts),
    allowanceIds: parts.allowanceIds ?? [],
    allowanceDates: parts.allowanceDates ?? new Map(),
    ...(parts.validity ?? FOR_EVER),
  }
}

function ratesOf(from: string, { rates = {}, datedRates = [] }: PlanParts): RatesByCallType {
  const dated = datedRates.map(({ callType, ...choice }) => ({ callType, from, ...choice }))
  const always = Object.entries(rates).map(([callType, rateId]) => {
    return { callType, rateId, from, ...FOR_EVER }
  })
  return Map.groupBy([...dated, ...always], ({ callType }) => callType)
}

function createDirectory(parts: WorldParts): Directory {
  const partner: Partner = {
    partnerId: 'partner',
    party: PARTY,
    iban: '',
    bic: '',
    mailFrom: '',
    language: 'en',
    defaultPlans: {},
    ...parts.partner,
  }
  const accounts = (parts.accounts ?? [{ accountId: 'acc' }]).map((each): Account => ({
    partnerId: partner.partnerId,
    parentAccountId: '',
    party: PARTY,
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    anchorDay: 1,
    language: 'en',
    purchaseOrder: '',
    paymentTermDays: 14,
    sendZeroInvoices: false,
    rateOverrides: [],
    discounts: [],
    earlierTerms: [],
    closedPeriods: [],
    ...each,
  }))
  const subscriptions = parts.subscriptions.map((each, index): Subscription => ({
    accountId: 'acc',
    product: 'mobile',
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Infinity,
    identities: [],
    plans: [{ planId: 'plan', ...ALWAYS }],
    modules: [],
    groups: [],
    ...each,
    index,
  }))
  const agreed = subscriptions.map((one): Subscription => {
    return one.plans.length > 0 ? one : { ...one, plans: defaultPlans(one, partner) }
  })
  const groups = (parts.groups ?? []).map((each): Group => ({
    accountId: 'acc',
    name: '',
    allowanceIds: [],
    ...each,
  }))
  return {
    partners: new Map([[partner.partnerId, partner]]),
    accounts: new Map(accounts.map((account) => [account.accountId, account])),
    subscriptions: agreed,
    groups: new Map(groups.map((group) => [group.groupId, group])),
    users: [],
    limits: (parts.limits ?? []).map((each) => ({
      scopeKind: accounts.some(({ accountId }) => accountId === each.scopeId)
        ? 'account'
        : 'subscription',
      subject: '',
      amount: 0,
      action: 'notify',
      ...ALWAYS,
      ...each,
    })),
  }
}

function createUsage(
  { catalogue, directory }: Pick<World, 'catalogue' | 'directory'>,
  subscriptionId: string,
  fields: Partial<Usage> & { callType: string },
): Usage {
  const index = directory.subscriptions.findIndex((s) => s.subscriptionId === subscriptionId)
  const callTypeIndex = catalogue.callTypeIndexById.get(fields.callType) ?? -1
  return {
    ...emptyUsage(),
    partnerId: 'partner',
    accountId: directory.subscriptions[index]?.accountId ?? '',
    subscriptionId,
    subscriptionIndex: index,
    product: 'mobile',
    kind: catalogue.callTypes[callTypeIndex]?.kind ?? 'none',
    direction: 'out',
    callTypeIndex,
    durationSeconds: fields.quantity ?? 0,
    ...fields,
  }
}
