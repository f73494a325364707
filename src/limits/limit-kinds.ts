/**
 * Every kind of limit, once: what it watches, of whom, in which unit, when it says so, what it may
 * block, who may change it and what it is called. Settings, rating, balances, mails, schemas and
 * commands take it from here; a new kind is its code in core/accounts/accounts.ts and its row here.
 */
import assert from 'node:assert/strict'
import type { Language, LimitCode } from '../core/accounts/accounts.ts'
import type { Product, UsageKind } from '../core/usage/usage.ts'

/** Data that limits count apart: the catalogue says of which a call type is. */
export const COUNTED_DATA = ['national-data', 'roaming-data'] as const
export type CountedData = (typeof COUNTED_DATA)[number]

export type LimitUnit = 'money' | 'second' | 'byte' | 'message'

/** What tik asks the operator to block. */
export type BlockService = 'sim' | 'data' | 'roaming-data'

export interface LimitKind {
  readonly scope: 'group' | 'subscription' | 'account'
  /**
   * Use of an allowance; usage charges (ex VAT) of the period, in money; or how much is used of a
   * module or service.
   */
  readonly watches: 'allowance' | 'charges' | 'module' | 'service'
  /** Of `allowance`: what such an allowance holds; absent = anything. */
  readonly allowanceUnit?: LimitUnit
  /** Only usage of this product; absent = of both. */
  readonly product?: 'voip' | 'mobile'
  /** Only call types that the catalogue counts so. */
  readonly counts?: CountedData
  /** Of `service`: which there are; each is a limit of its own. */
  readonly services?: Readonly<Partial<Record<UsageKind, LimitService>>>
  readonly blocks?: BlockService
  /** Percents of the amount that are reported whatever is set; 100 is always one. */
  readonly warnPercents: readonly number[]
  /** What holds, by law, where nobody set a value. */
  readonly regulation?: {
    readonly amountMicros: number
    /** Reported once more here, while the limit is below it. */
    readonly againMicros: number
  }
  /**
   * In a mail; `{subject}` is the module or service. An allowance has its own name, and this is for one
   * that is no longer known.
   */
  readonly names: Readonly<Record<Language, string>>
}

interface LimitService {
  readonly unit: LimitUnit
  readonly blocks: BlockService
}

const AT_100 = [] as const
const AT_80 = [80] as const

/** In the order in which the limits of one usage are reported. */
export const LIMIT_KINDS: Readonly<Record<LimitCode, LimitKind>> = {
  'group-bundle': {
    scope: 'group',
    watches: 'allowance',
    warnPercents: AT_80,
    names: {
      nl: 'Groepsbundel',
      fr: 'Forfait de groupe',
      de: 'Gruppenpaket',
      en: 'Group bundle',
    },
  },
  'data-bundle': {
    scope: 'subscription',
    watches: 'allowance',
    allowanceUnit: 'byte',
    warnPercents: AT_80,
    names: { nl: 'Databundel', fr: 'Forfait de données', de: 'Datenpaket', en: 'Data bundle' },
  },
  'sms-bundle': {
    scope: 'subscription',
    watches: 'allowance',
    allowanceUnit: 'message',
    warnPercents: AT_80,
    names: { nl: 'Sms-bundel', fr: 'Forfait SMS', de: 'SMS-Paket', en: 'SMS bundle' },
  },
  'voice-bundle': {
    scope: 'subscription',
    watches: 'allowance',
    allowanceUnit: 'second',
    warnPercents: AT_80,
    names: { nl: 'Belbundel', fr: 'Forfait d’appels', de: 'Gesprächspaket', en: 'Voice bundle' },
  },
  'sim-cap': {
    scope: 'subscription',
    watches: 'service',
    product: 'mobile',
    services: {
      data: { unit: 'byte', blocks: 'data' },
      sms: { unit: 'message', blocks: 'sim' },
      voice: { unit: 'second', blocks: 'sim' },
    },
    warnPercents: AT_100,
    names: {
      nl: 'Limiet per simkaart voor {subject}',
      fr: 'Limite par carte SIM pour {subject}',
      de: 'Limit je SIM-Karte für {subject}',
      en: 'Limit per SIM for {subject}',
    },
  },
  'module-volume': {
    scope: 'subscription',
    watches: 'module',
    warnPercents: AT_100,
    names: {
      nl: 'Limiet voor module {subject}',
      fr: 'Limite pour le module {subject}',
      de: 'Limit für das Modul {subject}',
      en: 'Limit for module {subject}',
    },
  },
  'subscription-total': {
    scope: 'subscription',
    watches: 'charges',
    blocks: 'sim',
    warnPercents: AT_100,
    names: {
      nl: 'Limiet per abonnement',
      fr: 'Limite par abonnement',
      de: 'Limit je Anschluss',
      en: 'Limit per subscription',
    },
  },
  'account-total': {
    scope: 'account',
    watches: 'charges',
    product: 'mobile',
    blocks: 'sim',
    warnPercents: AT_100,
    names: {
      nl: 'Limiet voor al het mobiele verbruik',
      fr: 'Limite pour toute la consommation mobile',
      de: 'Limit für die gesamte Mobilfunknutzung',
      en: 'Limit for all mobile usage',
    },
  },
  'voip-total': {
    scope: 'account',
    watches: 'charges',
    product: 'voip',
    warnPercents: AT_100,
    names: {
      nl: 'Limiet voor telefonie',
      fr: 'Limite pour la téléphonie',
      de: 'Limit für Telefonie',
      en: 'Limit for telephony',
    },
  },
  'national-data': {
    scope: 'subscription',
    watches: 'charges',
    product: 'mobile',
    counts: 'national-data',
    blocks: 'data',
    warnPercents: AT_100,
    names: {
      nl: 'Limiet voor nationale data buiten bundel',
      fr: 'Limite pour les données nationales hors forfait',
      de: 'Limit für Inlandsdaten außerhalb des Pakets',
      en: 'Limit for national data out of bundle',
    },
  },
  'roaming-spend': {
    scope: 'subscription',
    watches: 'charges',
    product: 'mobile',
    counts: 'roaming-data',
    blocks: 'roaming-data',
    warnPercents: AT_80,
    // EU Regulation 2022/612, art. 14: 50 EUR ex VAT unless the customer chooses otherwise.
    regulation: { amountMicros: 50_000_000, againMicros: 100_000_000 },
    names: {
      nl: 'Limiet voor dataroaming',
      fr: 'Limite pour les données en itinérance',
      de: 'Limit für Datenroaming',
      en: 'Limit for data roaming',
    },
  },
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
export const LIMIT_CODES = Object.keys(LIMIT_KINDS) as [LimitCode, ...LimitCode[]]

/** Limits that somebody sets; those of allowances are always on. */
export const SETTABLE_LIMITS = LIMIT_CODES.filter((code) => !isAlwaysOn(code))

/** What an allowance can be watched by. */
export const BUNDLE_LIMITS = LIMIT_CODES.filter(isAlwaysOn)

/** The limit that reports an allowance of this unit, of its own or of a group, if any does. */
export function bundleLimitOf(scope: 'own' | 'group', unit: string): LimitCode | undefined {
  return BUNDLE_LIMITS.find((code) => {
    const kind = LIMIT_KINDS[code]
    const isOfGroup = kind.scope === 'group'
    return isOfGroup ? scope === 'group' : scope === 'own' && kind.allowanceUnit === unit
  })
}

/** The limit of what is used of one module, which is its subject. */
export const MODULE_LIMIT = soleLimit('module')

/** The limit of what is used of one service, which is its subject. */
export const SERVICE_LIMIT = soleLimit('service')

function soleLimit(watches: LimitKind['watches']): LimitCode {
  const [code, ...others] = LIMIT_CODES.filter((each) => LIMIT_KINDS[each].watches === watches)
  assert(code !== undefined && others.length === 0, `one limit watches a ${watches}`)
  return code
}

export function isAlwaysOn(code: LimitCode): boolean {
  return LIMIT_KINDS[code].watches === 'allowance'
}

/** The services of a kind that has some, in the order of the table. */
export function servicesOf(code: LimitCode): UsageKind[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a Record<UsageKind, …>
  return Object.keys(LIMIT_KINDS[code].services ?? {}) as UsageKind[]
}

/** The unit of money and of a service; undefined where the allowance or module says it. */
export function unitOfLimit(code: LimitCode, subject: string): LimitUnit | undefined {
  const kind = LIMIT_KINDS[code]
  return kind.watches === 'charges' ? 'money' : serviceOf(kind, subject)?.unit
}

/** What a limit can block; undefined: nothing, such as telephony and the bundles. */
export function blockedBy(code: LimitCode, subject: string): BlockService | undefined {
  const kind = LIMIT_KINDS[code]
  return kind.blocks ?? serviceOf(kind, subject)?.blocks
}

/** What people call it; `subjectName` is the name of its allowance, module or service, if any. */
export function nameOfLimit(code: LimitCode, language: Language, subjectName: string): string {
  const { names, watches } = LIMIT_KINDS[code]
  if (watches === 'allowance' && subjectName !== '') return subjectName
  return names[language].replace('{subject}', () => subjectName).trim()
}

/** What can be set and has no module, as people list it: of the account first, money before volumes. */
export const LISTED_LIMITS: readonly { readonly code: LimitCode; readonly subject: string }[] = [
  ...listed('account', 'charges'),
  ...listed('subscription', 'charges'),
  ...listed('subscription', 'service'),
]

function listed(scope: LimitKind['scope'], watches: LimitKind['watches']) {
  return LIMIT_CODES.filter((code) => {
    return LIMIT_KINDS[code].scope === scope && LIMIT_KINDS[code].watches === watches
  }).flatMap((code) => {
    const subjects = watches === 'service' ? servicesOf(code) : ['']
    return subjects.map((subject) => ({ code, subject }))
  })
}

export interface WatchedSum {
  readonly code: LimitCode
  readonly subject: string
  readonly scope: LimitKind['scope']
  readonly adds: 'charges' | 'quantity'
}

/** The limits that a usage of this product and call type adds to; those of modules come on top. */
export function watchedSums(
  product: Product,
  callType: { readonly kind: UsageKind; readonly counts: string },
): WatchedSum[] {
  return LIMIT_CODES.flatMap((code): WatchedSum[] => {
    const kind = LIMIT_KINDS[code]
    const { watches, scope, counts } = kind
    if (kind.product !== undefined && kind.product !== product) return []
    if (counts !== undefined && counts !== callType.counts) return []
    if (watches === 'charges') return [{ code, subject: '', scope, adds: 'charges' }]
    if (watches !== 'service' || serviceOf(kind, callType.kind) === undefined) return []
    return [{ code, subject: callType.kind, scope, adds: 'quantity' }]
  })
}

function serviceOf({ services }: LimitKind, subject: string): LimitService | undefined {
  return Object.entries(services ?? {}).find(([service]) => service === subject)?.[1]
}
