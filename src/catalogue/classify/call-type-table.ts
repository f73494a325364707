/**
 * Call type by traits: the `when` lines of the catalogue as one table of small integers. A cell is
 * worked out when it is first asked for (most combinations never occur) and read ever after.
 */
import assert from 'node:assert/strict'
import type { CallTypeCondition, Catalogue } from '../catalogue.ts'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../../core/usage/usage.ts'
import type { UsageTraits } from './classify.ts'

export interface CallTypeTable {
  /** Index of the first call type with a matching line, or -1. */
  callTypeOf(traits: UsageTraits): number
}

/** Separates the zones that a destination is in at once: 'eu+rlah'. */
export const ZONE_SEPARATOR = '+'

const CELLS_MAX = 16_000_000
const NOT_WORKED_OUT = -2
const NO_CALL_TYPE = -1

/** `zoneKeys` are all values of `traits.destinationZone` that the classifier can hand in. */
export function createCallTypeTable(
  catalogue: Catalogue,
  zoneKeys: Iterable<string>,
): CallTypeTable {
  const products = numbered(PRODUCTS)
  const kinds = numbered(USAGE_KINDS)
  const directions = numbered(DIRECTIONS)
  const locations = numbered(['', 'home', ...catalogue.zones.map((zone) => zone.zoneId)])
  const classes = numbered(['', ...destinationClasses(catalogue)])
  const zones = numbered(['', ...zoneKeys])
  const cellsCount =
    products.size * kinds.size * directions.size * locations.size * classes.size * zones.size
  assert(cellsCount <= CELLS_MAX, `${cellsCount} combinations of zones and classes are too many`)
  const cells = new Int16Array(cellsCount).fill(NOT_WORKED_OUT)

  return {
    callTypeOf(traits) {
      let cell = products.get(traits.product) ?? 0
      cell = cell * kinds.size + (kinds.get(traits.kind) ?? 0)
      cell = cell * directions.size + (directions.get(traits.direction) ?? 0)
      cell = cell * locations.size + (locations.get(traits.location) ?? 0)
      cell = cell * classes.size + (classes.get(traits.destinationClass) ?? 0)
      cell = cell * zones.size + (zones.get(traits.destinationZone) ?? 0)
      const known = cells[cell] ?? NO_CALL_TYPE
      return known === NOT_WORKED_OUT ? (cells[cell] = firstMatch(catalogue, traits)) : known
    },
  }
}

function firstMatch(catalogue: Catalogue, traits: UsageTraits): number {
  const zones = traits.destinationZone.split(ZONE_SEPARATOR)
  const found = catalogue.callTypes.find((callType) =>
    callType.when.some((condition) => conditionMatches(condition, traits, zones)),
  )
  return found?.index ?? NO_CALL_TYPE
}

function conditionMatches(
  condition: CallTypeCondition,
  traits: UsageTraits,
  zones: readonly string[],
): boolean {
  return (
    allows(condition.products, traits.product) &&
    allows(condition.kinds, traits.kind) &&
    allows(condition.directions, traits.direction) &&
    allows(condition.locations, traits.location) &&
    allows(condition.destinationClasses, traits.destinationClass) &&
    (condition.destinationZones?.some((zone) => zones.includes(zone)) ?? true)
  )
}

function allows(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.includes(value)
}

function destinationClasses(catalogue: Catalogue): Set<string> {
  const conditions = catalogue.callTypes.flatMap((callType) => callType.when)
  return new Set([
    ...conditions.flatMap((condition) => condition.destinationClasses ?? []),
    ...catalogue.destinations.map((destination) => destination.destinationClass),
    ...catalogue.specialNumbers.map((special) => special.destinationClass),
  ])
}

function numbered(values: Iterable<string>): Map<string, number> {
  return new Map([...new Set(values)].map((value, index) => [value, index]))
}
