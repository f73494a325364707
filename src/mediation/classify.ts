/**
 * What kind of usage a usage is: where the other party is, where it was made, and the call type that
 * follows from both. Compiled once per catalogue; the functions here are called for every usage, so
 * they return objects made at compile time and allocate nothing.
 */
import type { HomeCountry } from '../core/accounts.ts'
import type { Direction, Product, UsageKind } from '../core/usage.ts'

export interface Classifier {
  /**
   * The other party of an outgoing or forwarded usage. `number` is '+' and E.164 digits, or anything
   * else as dialled at home ('112', '14020', '1888', '09001234'). Special numbers of the home country
   * come before the deck, in both forms ('+319001234' finds 0900 for NL). Longest prefix valid at
   * `atMs`; undefined when nothing matches (`destination_unknown`).
   * For an incoming usage hand in the served number: an 0800 owner pays for being called.
   */
  destinationOf(
    number: string,
    kind: UsageKind,
    home: HomeCountry,
    atMs: number,
  ): ClassifiedDestination | undefined
  /**
   * Zone id of the place of use: 'home' for '' and for networks of the home country (MCC 204 for NL,
   * 206 for BE). `visitedNetwork` is 'MCC-MNC' or 'TADIG:XXXXX'. undefined: `network_unknown`.
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
