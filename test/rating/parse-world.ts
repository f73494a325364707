/**
 * Reads the head of a golden table: a catalogue and a directory in short lines that a billing clerk
 * can follow. fixtures/rating/README.md explains the words.
 */
import { Temporal } from 'temporal-polyfill'
import type {
  Allowance,
  PercentageModel,
  PriceComponent,
  Rate,
  RateStep,
  Tier,
} from '../../src/catalogue/catalogue.ts'
import type {
  Account,
  LimitCode,
  Subscription,
  Validity,
} from '../../src/core/accounts/accounts.ts'
import { dayFromIso } from '../../src/core/time/period.ts'
import { step, type WorldParts } from './world.ts'

const ZONE = 'Europe/Amsterdam'
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  min: 60,
  h: 3600,
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  EUR: 1_000_000,
}

type Draft = { -readonly [K in keyof WorldParts]-?: NonNullable<WorldParts[K]> }

export function parseWorld(lines: readonly string[]): WorldParts {
  const draft = {
    callTypes: [] as Draft['callTypes'][number][],
    rates: {} as Record<string, Partial<Rate>[]>,
    units: {} as Record<string, 'second' | 'byte' | 'message' | 'event'>,
    allowances: [] as Draft['allowances'][number][],
    plans: {} as Record<string, Draft['plans'][string]>,
    modules: {} as Record<string, Draft['modules'][string]>,
    partner: {},
    accounts: [] as Draft['accounts'][number][],
    subscriptions: [] as Draft['subscriptions'][number][],
    groups: [] as Draft['groups'][number][],
    limits: [] as Draft['limits'][number][],
  }
  for (const line of lines) {
    const [head = '', body = ''] = line.split(/:(?!\d)(.*)/s)
    const [word = '', id = '', ...rest] = head.trim().split(/\s+/)
    const phrases = body
      .split(';')
      .map((phrase) => phrase.trim())
      .filter((phrase) => phrase !== '')
    switch (word) {
      case 'call-type':
        draft.callTypes.push({ id, ...parseCallType(phrases) })
        break
      case 'rate':
        draft.rates[id] = [...(draft.rates[id] ?? []), { ...span(rest), ...parseRate(phrases) }]
        draft.units[id] ??= unitOf(rest)
        break
      case 'allowance':
        addAllowance(draft.allowances, { allowanceId: id, ...parseAllowance(phrases) }, rest)
        break
      case 'plan':
        draft.plans[id] = { ...parsePlan(phrases), ...validityOf(rest) }
        break
      case 'module':
        draft.modules[id] = { ...parsePlan(phrases), ...validityOf(rest) }
        break
      case 'default-plan':
        draft.partner = { defaultPlans: { mobile: id } }
        break
      case 'account':
        draft.accounts.push({ accountId: id, ...parseAccount(phrases) })
        break
      case 'group':
        draft.groups.push({ groupId: id, allowanceIds: phrases })
        break
      case 'subscription':
        draft.subscriptions.push({ subscriptionId: id, ...parseSubscription(phrases) })
        break
      case 'limit':
        draft.limits.push(parseLimit(id, rest, phrases))
        break
      default:
        throw new Error(`"${line}" begins with no word of the golden tables`)
    }
  }
  const { callTypes, accounts, ...others } = draft
  return {
    ...others,
    ...(callTypes.length === 0 ? {} : { callTypes }),
    ...(accounts.length === 0 ? {} : { accounts }),
  }
}

/** '10 MB', '2.5EUR' or '35' in the smallest unit. */
export function parseQuantity(text: string): number {
  if (text === 'unlimited') return Infinity
  const match = /^(\d+)(?:\.(\d+))?\s*([A-Za-z]*)$/.exec(text)
  const factor = UNITS[match?.[3] ?? '']
  if (match === null || factor === undefined) throw new Error(`"${text}" is no quantity`)
  const decimals = match[2] ?? ''
  return (Number(`${match[1]}${decimals}`) * factor) / 10 ** decimals.length
}

/** '2026-11-10 12:00' on the clock of the zone. */
export function parseTime(text: string, timeZone = ZONE): number {
  const [day = '', time = '00:00'] = text.split(' ')
  if (/[+-]\d\d:\d\d$/.test(time)) {
    return Temporal.Instant.from(`${day}T${time}`).epochMilliseconds
  }
  return Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(timeZone).epochMilliseconds
}

/** 'from 2026-01-01 to 2026-02-01', both optional. */
function span(words: readonly string[]): { fromMs: number; toMs: number } {
  const at = (word: string): string | undefined => words[words.indexOf(word) + 1]
  const from = words.includes('from') ? at('from') : undefined
  const to = words.includes('to') ? at('to') : undefined
  return {
    fromMs: from === undefined ? 0 : parseTime(from.replace('T', ' ')),
    toMs: to === undefined ? Infinity : parseTime(to.replace('T', ' ')),
  }
}

function validityOf(words: readonly string[]): { validity?: Validity } {
  return words.length === 0 ? {} : { validity: span(words) }
}

function unitOf(words: readonly string[]): 'second' | 'byte' | 'message' | 'event' {
  for (const unit of ['byte', 'message', 'event'] as const) if (words.includes(unit)) return unit
  return 'second'
}

function parseCallType(phrases: readonly string[]): Partial<Draft['callTypes'][number]> {
  const [kind = 'voice', counts = 'other'] = phrases
  return { kind, counts } as Partial<Draft['callTypes'][number]>
}

function parseRate(phrases: readonly string[]): Partial<Rate> {
  const rate: { -readonly [K in keyof Rate]?: Rate[K] } = { ...parseComponent(phrases) }
  const bands: Rate['bands'][number][] = []
  for (const phrase of phrases) {
    const [word = '', ...rest] = phrase.split(/\s+/)
    if (word === 'decimals') Object.assign(rate, { decimals: Number(rest[0]) })
    if (['up', 'down', 'half-up'].includes(word)) Object.assign(rate, { rounding: word })
    if (word === 'charge-zero') rate.chargeZero = true
    if (word === 'fee-always') rate.connectFeeAlways = true
    if (word === 'split') rate.split = true
    if (word === 'holidays-ignored') rate.holidays = 'ignored'
    if (word === 'band') bands.push(parseBand(rest))
    if (word === 'information') {
      rate.information = parseComponent(
        rest
          .join(' ')
          .split(',')
          .map((each) => each.trim()),
      )
    }
    if (word === 'model') rate.model = parseModel(rest)
  }
  return { ...rate, bands }
}

/** 'fee 0.05', 'min 0.10', 'max 1', '0.10 per 60 by 30 from 60'. */
function parseComponent(phrases: readonly string[]): PriceComponent {
  const valueOf = (word: string): string | undefined =>
    phrases.find((phrase) => phrase.startsWith(`${word} `))?.slice(word.length + 1)
  return {
    connectFee: valueOf('fee') ?? '0',
    minimum: valueOf('min'),
    maximum: valueOf('max'),
    steps: phrases.filter((phrase) => /^\d/.test(phrase)).map(parseStep),
  }
}

function parseStep(phrase: string): RateStep {
  const match = /^(\S+) per (\S+)(?: by (\S+))?(?: from (\S+))?$/.exec(phrase)
  if (match === null) throw new Error(`"${phrase}" is no step`)
  const [, price = '', per = '', by = '1', from = '0'] = match
  return step(price, parseQuantity(per), parseQuantity(by), parseQuantity(from))
}

/** 'peak 1-5 08:00-18:00 0.08 per 60 by 1 fee 0.02' */
function parseBand([name = '', days = '', hours = '', ...price]: string[]): Rate['bands'][number] {
  const [fromDay = 1, toDay = fromDay] = days.split('-').map(Number)
  const [fromMinute = 0, toMinute = 0] = hours.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    return hour * 60 + minute
  })
  const fee = price.indexOf('fee')
  const steps = (fee < 0 ? price : price.slice(0, fee)).join(' ').split(',')
  return {
    name,
    days: Array.from({ length: toDay - fromDay + 1 }, (_, index) => fromDay + index),
    fromMinute,
    toMinute,
    connectFee: fee < 0 ? '0' : (price[fee + 1] ?? '0'),
    steps: steps.map((each) => parseStep(each.trim())),
  }
}

/**
 * 'graduated account 0.10 per 1MB, 0.05 per 1MB from 1000MB fee 5, period-max 20',
 * 'percentage account 2.5 free 10EUR min 0.05, 1 from 100EUR' and the like.
 */
function parseModel([type = '', scope = '', ...rest]: string[]): Rate['model'] {
  const phrases = rest
    .join(' ')
    .split(',')
    .map((each) => each.trim())
  const boundOf = (word: string): string | undefined =>
    phrases.find((phrase) => phrase.startsWith(`${word} `))?.slice(word.length + 1)
  const prices = phrases.filter((phrase) => !phrase.startsWith('period-'))
  const [first = '', , size = ''] = prices[0]?.split(' ') ?? []
  const shared = {
    scope: scope === 'account' ? ('account' as const) : ('subscription' as const),
    periodMinimum: boundOf('period-min'),
    periodMaximum: boundOf('period-max'),
  }
  switch (type) {
    case 'graduated':
    case 'volume':
      return { type, ...shared, tiers: prices.map(parseTier) }
    case 'package':
      return { type, ...shared, price: first, size: parseQuantity(size) }
    case 'percentage':
      return { type, ...shared, ...parsePercentage(prices) }
    default:
      throw new Error(`"${type}" is no model`)
  }
}

/** '0.05 per 1MB from 10MB fee 5' */
function parseTier(phrase: string): Tier {
  const [price = '', fee] = phrase.split(' fee ')
  const { increment: _, ...tier } = parseStep(price)
  return { ...tier, ...(fee === undefined ? {} : { fee }) }
}

function parsePercentage(phrases: readonly string[]): Omit<PercentageModel, 'type'> {
  const words = phrases.map((phrase) => phrase.split(' '))
  const valueOf = (word: string, of: readonly string[] = words[0] ?? []): string | undefined =>
    of.includes(word) ? of[of.indexOf(word) + 1] : undefined
  return {
    tiers: words.map((each) => ({
      from: parseQuantity(valueOf('from', each) ?? '0'),
      percentHundredths: Number(each[0]) * 100,
    })),
    freeUnits: parseQuantity(valueOf('free') ?? '0'),
    freeTransactions: Number(valueOf('free-count') ?? '0'),
    fixed: valueOf('fixed') ?? '0',
    minimum: valueOf('min'),
    maximum: valueOf('max'),
  }
}

/** A line with dates is a version; what cannot change is taken from the last one of the same id. */
function addAllowance(
  list: Draft['allowances'][number][],
  allowance: Draft['allowances'][number],
  words: readonly string[],
): void {
  const { amount = 0, fairUseAmount, callTypes = [], priority = 10 } = allowance
  const version = { ...span(words), amount, fairUseAmount, callTypes, priority }
  const at = list.findIndex(({ allowanceId }) => allowanceId === allowance.allowanceId)
  const before = list[at]?.versions ?? []
  if (at >= 0) list.splice(at, 1)
  const isDated = words.includes('from') || words.includes('to')
  list.push(isDated ? { ...allowance, versions: [...before, version] } : allowance)
}

/** '300min of call,sms' first, then what departs from the default. */
function parseAllowance(phrases: readonly string[]): Partial<Allowance> {
  const [what = '', ...options] = phrases
  const [amount = '', , callTypes = 'call'] = what.split(/\s+/)
  const found: { -readonly [K in keyof Allowance]?: Allowance[K] } = {
    amount: parseQuantity(amount),
    callTypes: callTypes.split(','),
  }
  for (const option of options) {
    const [word = '', value = ''] = option.split(/\s+/)
    if (['day', 'lifetime'].includes(word)) Object.assign(found, { period: word })
    if (['group-fixed', 'group-pooled'].includes(word)) Object.assign(found, { scope: word })
    if (word === 'months') found.lifetimeMonths = Number(value)
    if (word === 'daily') found.proration = 'daily'
    if (word === 'rollover') found.rolloverPeriods = Number(value)
    if (word === 'kept') found.rolloverMaximum = parseQuantity(value)
    if (word === 'priority') found.priority = Number(value)
    if (word === 'by') found.increment = parseQuantity(value)
    if (word === 'fair-use') found.fairUseAmount = parseQuantity(value)
    if (word === 'watched') Object.assign(found, { watchedBy: value })
    if (word === 'unit') Object.assign(found, { unit: value })
  }
  return found
}

/** 'call=r1 sms=r2', 'with own,pool', 'limit 250min of call' */
function parsePlan(phrases: readonly string[]): Draft['modules'][string] {
  const limit = phrases.find((phrase) => phrase.startsWith('limit '))?.split(/\s+/)
  return {
    rates: Object.fromEntries(
      phrases
        .filter((phrase) => phrase.includes('=') && !phrase.startsWith('dated '))
        .flatMap((phrase) => phrase.split(/\s+/))
        .map((pair): [string, string] => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
    ),
    datedRates: phrases
      .filter((phrase) => phrase.startsWith('dated '))
      .map((phrase) => {
        const [, pair = '', ...words] = phrase.split(/\s+/)
        const [callType = '', rateId = ''] = pair.split('=')
        return { callType, rateId, ...span(words) }
      }),
    ...parseGrants(phrases.filter((phrase) => phrase.startsWith('with '))),
    limit:
      limit === undefined
        ? undefined
        : { unit: 'second', step: 1, callTypes: (limit[1] ?? '').split(',') },
  }
}

/** 'with own,pool' and 'with extra from 2026-11-10 to 2026-11-20' */
function parseGrants(
  phrases: readonly string[],
): Pick<Draft['modules'][string], 'allowanceIds' | 'allowanceDates'> {
  const grants = phrases.flatMap((phrase) => {
    const [, ids = '', ...words] = phrase.split(/\s+/)
    return ids.split(',').map((id) => ({ id, dates: words.length === 0 ? undefined : span(words) }))
  })
  const dated = new Map<string, Validity[]>()
  for (const { id, dates } of grants) {
    if (dates !== undefined) dated.set(id, [...(dated.get(id) ?? []), dates])
  }
  return { allowanceIds: [...new Set(grants.map(({ id }) => id))], allowanceDates: dated }
}

function parseAccount(phrases: readonly string[]): Partial<Account> {
  const found: { -readonly [K in keyof Account]?: Account[K] } = {}
  const closed: Account['closedPeriods'][number][] = []
  const overrides: Account['rateOverrides'][number][] = []
  for (const phrase of phrases) {
    const [word = '', ...rest] = phrase.split(/\s+/)
    const [value = ''] = rest
    if (word === 'zone') found.timeZone = value
    if (word === 'anchor') found.anchorDay = Number(value)
    if (word === 'country') found.country = value === 'BE' ? 'BE' : 'NL'
    if (word === 'closed') {
      closed.push({ periodStartDay: dayFromIso(value), closedAtMs: parseTime(rest[2] ?? '') })
    }
    if (word === 'price') {
      const [callType = '', rateId = ''] = value.split('=')
      overrides.push({ callType, rateId, ...span(rest) })
    }
  }
  return { ...found, closedPeriods: closed, rateOverrides: overrides }
}

function parseSubscription(phrases: readonly string[]): Partial<Subscription> {
  const plans: Subscription['plans'][number][] = []
  const modules: Subscription['modules'][number][] = []
  const groups: Subscription['groups'][number][] = []
  const found: { -readonly [K in keyof Subscription]?: Subscription[K] } = {}
  for (const phrase of phrases) {
    const [word = '', value = '', ...rest] = phrase.split(/\s+/)
    if (word === 'account') found.accountId = value
    if (word === 'product') found.product = value === 'voip' ? 'voip' : 'mobile'
    if (word === 'plan') plans.push({ planId: value, ...span(rest) })
    if (word === 'module') modules.push({ moduleId: value, ...span(rest) })
    if (word === 'group') groups.push({ groupId: value, ...span(rest) })
    if (word === 'active') {
      const { fromMs, toMs } = span([value, ...rest])
      Object.assign(found, { activatedMs: fromMs, terminatedMs: toMs })
    }
    if (word === 'no-plan') found.plans = []
  }
  return { ...found, ...(plans.length === 0 ? {} : { plans }), modules, groups }
}

/** 'limit CODE [account/|subscription/]SCOPE [SUBJECT] [from …]: 20EUR; partner; 50 80 +10000000' */
function parseLimit(
  code: string,
  [scope = '', ...rest]: string[],
  [amount = '', ...words]: string[],
): Draft['limits'][number] {
  const subject = rest[0] === 'from' || rest[0] === 'to' ? '' : (rest[0] ?? '')
  const [scopeId = '', kind] = scope.split('/').reverse()
  return {
    code: code as LimitCode,
    scopeId,
    subject,
    amount: parseQuantity(amount),
    ...(words.includes('partner') ? { scopeKind: 'partner' } : {}),
    ...(kind === 'account' || kind === 'subscription' ? { scopeKind: kind } : {}),
    levels: words.find((word) => /^[+\d]/.test(word))?.replaceAll(' ', ',') ?? '',
    ...span(rest),
  }
}
