/**
 * What kind of usage a usage is: where the other party is, where it was made, and the call type
 * that follows from both. Compiled once per catalogue; the functions here are called for every
 * usage, so they return objects made at compile time and allocate nothing.
 */
import type { Catalogue, Destination, NetworkZone, SpecialNumber } from '../catalogue.ts'
import type { HomeCountry, Validity } from '../../core/accounts/accounts.ts'
import type { Direction, Product, UsageKind } from '../../core/usage/usage.ts'
import { allValidAt, holdsAt } from '../../core/time/validity.ts'
import { createCallTypeTable, ZONE_SEPARATOR } from './call-type-table.ts'
import { createPrefixTable } from './prefix-table.ts'
import type { PrefixEntry, PrefixTable } from './prefix-table.ts'
import { createZonesByNetwork } from './zones-by-network.ts'

export interface Classifier {
  /**
   * The other party of an outgoing or forwarded usage. `number` is '+' and E.164 digits, or
   * anything else as dialled at home ('112', '14020', '1888', '09001234'). Special numbers of the
   * home country come before the deck, in both forms ('+319001234' finds 0900 for NL). Longest
   * prefix valid at `atMs`; undefined when nothing matches (`destination_unknown`). Of a masked number
   * ('+3161234****') what is shown must decide, or it is undefined too.
   * For an incoming usage hand in the served number: an 0800 owner pays for being called.
   */
  destinationOf(
    number: string,
    kind: UsageKind,
    home: HomeCountry,
    atMs: number,
  ): ClassifiedDestination | undefined
  /**
   * Zone id of the place of use: 'home' for '' and for networks of the home country (MCC 204 for
   * NL, 206 for BE). `visitedNetwork` is 'MCC-MNC' or 'TADIG:XXXXX'. undefined: `network_unknown`.
   */
  locationOf(visitedNetwork: string, home: HomeCountry, atMs: number): string | undefined
  /** Index in `Catalogue.callTypes` of the first matching one, or -1 (`call_type_unknown`). */
  callTypeOf(traits: UsageTraits): number
}

export interface ClassifiedDestination {
  readonly destinationId: string
  readonly name: string
  readonly country: string
  readonly destinationClass: string
  /** Seen from the home country: 'national', or the deck's zone; to be handed to `callTypeOf`. */
  readonly zone: string
}

/** May be one object that the caller fills again for each usage. */
export interface UsageTraits {
  product: Product
  kind: UsageKind
  direction: Direction
  /** As `locationOf` gave it. */
  location: string
  /** Class and zone of the destination; 'internal' and '' for a colleague; '' and '' for data. */
  destinationClass: string
  destinationZone: string
}

const HOME_COUNTRIES = ['NL', 'BE'] as const
const CALLING_CODES: Readonly<Record<HomeCountry, string>> = { NL: '31', BE: '32' }
const PLUS_CHARACTER = 43
const MASK_CHARACTER = 42
const NATIONAL_ZONE = 'national'
const ALL_KINDS = 0xff

/** Compiles the catalogue's deck, zones and call types. Costs some 20 ms for 20,000 prefixes. */
export function createClassifier(catalogue: Catalogue): Classifier {
  const zonesByNetwork = createZonesByNetwork(catalogue)
  const tables = {
    NL: createHomeTables(catalogue, 'NL'),
    BE: createHomeTables(catalogue, 'BE'),
  }
  const zoneKeys = HOME_COUNTRIES.flatMap((home) => [...tables[home].zoneKeys])
  const callTypes = createCallTypeTable(catalogue, [NATIONAL_ZONE, ...zoneKeys])

  return {
    destinationOf(number, kind, home, atMs) {
      const { dialled, international, deck } = tables[home]
      const bit = KIND_BITS[kind]
      if (number.charCodeAt(0) !== PLUS_CHARACTER) return dialled.find(number, 0, bit, atMs)
      if (number.charCodeAt(number.length - 1) === MASK_CHARACTER) {
        // What is hidden must not decide: '+3190****' could be 0900 or 0906.
        if (international.goesOn(number, 1) || deck.goesOn(number, 1)) return undefined
      }
      return international.find(number, 1, bit, atMs) ?? deck.find(number, 1, bit, atMs)
    },
    locationOf: (network, home, atMs) => zonesByNetwork.zoneOf(network, home, atMs),
    callTypeOf: (traits) => callTypes.callTypeOf(traits),
  }
}

const KIND_BITS: Readonly<Record<UsageKind, number>> = {
  none: 1,
  voice: 2,
  sms: 4,
  mms: 8,
  data: 16,
  event: 32,
}

interface HomeTables {
  /** Special numbers as dialled at home, and those with a trunk zero as +31 or +32 numbers. */
  readonly dialled: PrefixTable<ClassifiedDestination>
  readonly international: PrefixTable<ClassifiedDestination>
  readonly deck: PrefixTable<ClassifiedDestination>
  readonly zoneKeys: ReadonlySet<string>
}

function createHomeTables(catalogue: Catalogue, home: HomeCountry): HomeTables {
  const specials = catalogue.specialNumbers
    .filter((special) => special.country === home)
    .map((special) => specialEntry(special))
  const memberships = zonesByCountry(catalogue.zones)
  const deck = catalogue.destinations.flatMap((destination) =>
    deckEntries(destination, memberships.get(destination.country) ?? [], home),
  )
  return {
    dialled: createPrefixTable(specials),
    international: createPrefixTable(
      specials
        .filter(({ prefix }) => prefix.startsWith('0'))
        .map((entry) => ({ ...entry, prefix: CALLING_CODES[home] + entry.prefix.slice(1) })),
    ),
    deck: createPrefixTable(deck),
    zoneKeys: new Set(deck.map((entry) => entry.value.zone)),
  }
}

function specialEntry(special: SpecialNumber): PrefixEntry<ClassifiedDestination> {
  const { destinationId, destinationClass, country } = special
  return {
    prefix: special.digits,
    exact: special.exact,
    kindMask: special.kinds.reduce((mask, kind) => mask | KIND_BITS[kind], 0),
    fromMs: special.fromMs,
    toMs: special.toMs,
    value: { destinationId, name: destinationId, country, destinationClass, zone: NATIONAL_ZONE },
  }
}

interface Membership extends Validity {
  readonly zoneId: string
}

function zonesByCountry(zones: readonly NetworkZone[]): Map<string, Membership[]> {
  const memberships = new Map<string, Membership[]>()
  for (const { zoneId, countries } of zones) {
    for (const { country, fromMs, toMs } of countries) {
      memberships.set(country, [...(memberships.get(country) ?? []), { zoneId, fromMs, toMs }])
    }
  }
  return memberships
}

/** One entry for each stretch of time in which the destination's country is in the same zones. */
function deckEntries(
  destination: Destination,
  memberships: readonly Membership[],
  home: HomeCountry,
): PrefixEntry<ClassifiedDestination>[] {
  const starts = [
    destination.fromMs,
    ...memberships
      .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
      .filter((atMs) => holdsAt(destination, atMs)),
  ].sort((left, right) => left - right)
  const ownZone = destination.country === home ? NATIONAL_ZONE : destination.zoneId

  return [...new Set(starts)].map((fromMs, index, all) => {
    const zones = allValidAt(memberships, fromMs).map((membership) => membership.zoneId)
    return {
      prefix: destination.prefix,
      exact: false,
      kindMask: ALL_KINDS,
      fromMs,
      toMs: all[index + 1] ?? destination.toMs,
      value: {
        destinationId: destination.destinationId,
        name: destination.name,
        country: destination.country,
        destinationClass: destination.destinationClass,
        zone: [...new Set([ownZone, ...zones])].join(ZONE_SEPARATOR),
      },
    }
  })
}
