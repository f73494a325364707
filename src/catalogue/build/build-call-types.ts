/** Call types in the order of the files: the first whose condition matches is the one. */
import type { BuildContext } from './build-context.ts'
import type { CallType, CallTypeCondition } from '../catalogue.ts'
import type { Declaration } from '../read/catalogue-problem.ts'
import { buildTaxes } from './build-vat.ts'
import type { CallTypeDeclaration } from '../read/read-catalogue-folder.ts'

type ConditionDeclaration = CallTypeDeclaration['when'][number]

export function buildCallTypes(context: BuildContext): CallType[] {
  const known = knownZones(context)
  return context.folder.callTypes.map((declaration, index) => {
    const { id, given } = declaration
    checkCountsAs(declaration, context)
    checkZones(declaration, known, context)
    return {
      id,
      index,
      names: given.names,
      kind: given.kind,
      invoiceGroup: given.group,
      taxes: buildTaxes(given.tax, declaration, context),
      ...(given.informationTax !== undefined && {
        informationTaxes: buildTaxes(given.informationTax, declaration, context, 'informationTax'),
      }),
      counts: given.counts,
      countsAs: given.countsAs ?? '',
      when: given.when.map((condition) => buildCondition(condition, given.kind)),
    }
  })
}

/** The kind of the call type holds for each of its lines that does not name kinds itself. */
function buildCondition(
  given: ConditionDeclaration,
  kind: CallTypeDeclaration['kind'],
): CallTypeCondition {
  return {
    kinds: given.kinds ?? [kind],
    ...(given.products && { products: given.products }),
    ...(given.directions && { directions: given.directions }),
    ...(given.locations && { locations: given.locations }),
    ...(given.classes && { destinationClasses: given.classes }),
    ...(given.zones && { destinationZones: given.zones }),
  }
}

function checkCountsAs(
  { id, given, place }: Declaration<CallTypeDeclaration>,
  { folder, problems }: BuildContext,
): void {
  if (given.countsAs === undefined) return
  const path = ['countsAs']
  const target = folder.callTypes.find((other) => other.id === given.countsAs)
  if (target === undefined) {
    if (folder.isDeclared('callTypes', given.countsAs)) return
    problems.error(place, path, `${id}: there is no call type "${given.countsAs}"`)
  } else if (target.given.countsAs !== undefined) {
    const message = `${id}: "${given.countsAs}" counts as another call type itself; name that one`
    problems.error(place, path, message)
  } else if (target.given.kind !== given.kind) {
    const message = `${id}: ${given.kind} cannot count as "${given.countsAs}", ${target.given.kind}`
    problems.error(place, path, message)
  }
}

interface KnownZones {
  readonly locations: readonly string[]
  readonly destinations: readonly string[]
}

function knownZones({ folder }: BuildContext): KnownZones {
  const networkZones = folder.zones.map((zone) => zone.id)
  const destinationZones = folder.destinationZones.map((zone) => zone.id)
  return {
    locations: ['home', ...networkZones],
    destinations: ['national', ...networkZones, ...destinationZones],
  }
}

function checkZones(
  { id, given, place }: Declaration<CallTypeDeclaration>,
  known: KnownZones,
  { folder, problems }: BuildContext,
): void {
  const isHalfKnown = (field: string, zone: string) =>
    folder.isDeclared('zones', zone) ||
    (field === 'zones' && folder.isDeclared('destinationZones', zone))
  for (const [index, condition] of given.when.entries()) {
    const lists = [
      { field: 'locations', zones: condition.locations ?? [], allowed: known.locations },
      { field: 'zones', zones: condition.zones ?? [], allowed: known.destinations },
    ]
    for (const { field, zones, allowed } of lists) {
      for (const [position, zone] of zones.entries()) {
        if (allowed.includes(zone) || isHalfKnown(field, zone)) continue
        const message = `${id}: there is no zone "${zone}"; here can stand ${allowed.join(', ')}`
        problems.error(place, ['when', index, field, position], message)
      }
    }
  }
}
