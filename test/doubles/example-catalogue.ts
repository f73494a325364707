/** A small catalogue for tests and benches of mediation: no prices, a few prefixes and call types. */
import type {
  CallType,
  CallTypeCondition,
  Catalogue,
  Destination,
  SpecialNumber,
} from '../../src/catalogue/catalogue.ts'
import type { UsageKind } from '../../src/core/usage/usage.ts'

const ALWAYS = { fromMs: -Infinity, toMs: Infinity }

const DECK: readonly (readonly [string, string, string, string])[] = [
  ['31', 'NL', 'fixed', 'eu'],
  ['316', 'NL', 'mobile', 'eu'],
  ['32', 'BE', 'fixed', 'eu'],
  ['324', 'BE', 'mobile', 'eu'],
  ['49', 'DE', 'fixed', 'eu'],
  ['491', 'DE', 'mobile', 'eu'],
  ['33', 'FR', 'fixed', 'eu'],
  ['1', 'US', 'fixed', 'world'],
  ['41', 'CH', 'fixed', 'europe'],
]

const SPECIALS: readonly (readonly ['NL' | 'BE', string, boolean, string])[] = [
  ['NL', '112', true, 'emergency'],
  ['NL', '14', false, 'municipal'],
  ['NL', '0800', false, 'freephone'],
  ['NL', '0900', false, 'premium-0900'],
  ['BE', '112', true, 'emergency'],
  ['BE', '070', false, 'special-070'],
]

const CALL_TYPES: readonly (readonly [string, UsageKind, CallTypeCondition])[] = [
  ['internal', 'voice', { destinationClasses: ['internal'] }],
  ['freephone-in', 'voice', { directions: ['in'], destinationClasses: ['freephone'] }],
  ['roaming-world-in', 'voice', { directions: ['in'], locations: ['world'] }],
  ['incoming', 'voice', { directions: ['in'] }],
  ['emergency', 'voice', { destinationClasses: ['emergency'] }],
  ['freephone', 'voice', { destinationClasses: ['freephone'] }],
  ['premium-0900', 'voice', { destinationClasses: ['premium-0900'] }],
  ['special-070', 'voice', { destinationClasses: ['special-070'] }],
  ['municipal', 'voice', { destinationClasses: ['municipal'] }],
  ['roaming-world', 'voice', { locations: ['world'] }],
  ['roaming-eu', 'voice', { locations: ['rlah'] }],
  ['national-mobile', 'voice', { destinationClasses: ['mobile'], destinationZones: ['national'] }],
  ['national-fixed', 'voice', { destinationZones: ['national'] }],
  ['international-eu', 'voice', { destinationZones: ['eu'] }],
  ['international-world', 'voice', { destinationZones: ['world', 'europe'] }],
  ['sms-in', 'sms', { directions: ['in'] }],
  ['sms', 'sms', { locations: ['home', 'rlah'] }],
  ['roaming-data-eu', 'data', { locations: ['rlah'] }],
  ['roaming-data-world', 'data', { locations: ['world'] }],
  ['national-data', 'data', { locations: ['home'] }],
]

export function exampleCatalogue(): Catalogue {
  const callTypes = CALL_TYPES.map(([id, kind, condition], index) =>
    callType({ id, index, kind, condition }),
  )
  return {
    hash: 'example',
    currency: 'EUR',
    timeZone: 'Europe/Amsterdam',
    callTypes,
    callTypeIndexById: new Map(callTypes.map((one) => [one.id, one.index])),
    rates: new Map(),
    allowances: new Map(),
    plans: new Map(),
    modules: new Map(),
    zones: [
      {
        zoneId: 'rlah',
        members: [
          { ...ALWAYS, network: '204' },
          { ...ALWAYS, network: '206' },
          { ...ALWAYS, network: '262' },
          { ...ALWAYS, network: 'TADIG:DEU' },
        ],
        countries: [],
      },
      { zoneId: 'world', members: [{ ...ALWAYS, network: '228' }], countries: [] },
    ],
    countries: new Map([
      ['NL', country('NL', 'NLD', '204')],
      ['BE', country('BE', 'BEL', '206')],
      ['DE', country('DE', 'DEU', '262')],
      ['CH', country('CH', 'CHE', '228')],
    ]),
    destinations: DECK.map(destination),
    specialNumbers: SPECIALS.map(special),
    holidays: { byCountry: { NL: [], BE: [] } },
    priceDecks: new Map(),
    exchangeRates: new Map(),
    suppliers: new Map(),
    vatRates: [],
  }
}

function callType(given: {
  id: string
  index: number
  kind: UsageKind
  condition: CallTypeCondition
}): CallType {
  const { id, index, kind, condition } = given
  return {
    id,
    index,
    names: { nl: id, fr: id, de: id, en: id },
    kind,
    invoiceGroup: 'national',
    taxes: [],
    counts: 'other',
    countsAs: '',
    when: [{ kinds: [kind], ...condition }],
  }
}

function destination([prefix, land, destinationClass, zoneId]: (typeof DECK)[number]): Destination {
  const destinationId = `${land}-${destinationClass}`
  const where = { country: land, destinationClass, zoneId }
  return { ...ALWAYS, prefix, destinationId, name: destinationId, ...where }
}

function special([
  land,
  digits,
  exact,
  destinationClass,
]: (typeof SPECIALS)[number]): SpecialNumber {
  const destinationId = `${land}-${destinationClass}`
  return {
    ...ALWAYS,
    country: land,
    digits,
    exact,
    kinds: ['voice'],
    destinationId,
    destinationClass,
  }
}

function country(code: string, alpha3: string, mobileCountryCode: string) {
  return { country: code, alpha3, name: code, mobileCountryCodes: [mobileCountryCode] }
}
