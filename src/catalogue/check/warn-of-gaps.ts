/**
 * Probable oversights in a catalogue without errors: what can happen and has no price, and what is
 * declared and can never happen.
 */
import type { Product } from '../../core/usage/usage.ts'
import { grantedIds } from '../build/build-grants.ts'
import type { Validity } from '../../core/time/validity.ts'
import type { Catalogue, Plan } from '../catalogue.ts'
import { linePlace } from '../read/catalogue-problem.ts'
import type { ProblemList } from '../read/catalogue-problem.ts'
import { possibleUsage } from './possible-usage.ts'
import type { PossibleUsage } from './possible-usage.ts'
import { namedRateIds } from '../build/rates-by-call-type.ts'
import type { CatalogueFolder } from '../read/read-catalogue-folder.ts'
import { warnOfFairUse } from './roaming-fair-use.ts'
import { warnOfDecks } from './warn-of-decks.ts'
import { warnOfPremiumMaxima } from './warn-of-premium-maxima.ts'
import { warnOfVat } from './warn-of-vat.ts'

export function warnOfGaps(
  catalogue: Catalogue,
  folder: CatalogueFolder,
  problems: ProblemList,
): void {
  const possible = possibleUsage(catalogue)
  warnOfCallTypes(catalogue, folder, possible, problems)
  warnOfPlans(catalogue, folder, possible, problems)
  warnOfUnused(folder, problems)
  warnOfZones(catalogue, folder, problems)
  warnOfFairUse(catalogue, folder, problems)
  warnOfVat(catalogue, folder, problems)
  warnOfPremiumMaxima(catalogue, problems)
  warnOfDecks(catalogue, folder, problems)
}

const EXAMPLES_MAX = 20

function warnOfCallTypes(
  catalogue: Catalogue,
  folder: CatalogueFolder,
  possible: PossibleUsage,
  problems: ProblemList,
): void {
  const reached = new Set([...possible.callTypesByProduct.values()].flatMap((set) => [...set]))
  const classes = new Set([
    'internal',
    ...catalogue.destinations.map((destination) => destination.destinationClass),
    ...catalogue.specialNumbers.map((special) => special.destinationClass),
  ])
  for (const [index, { id, given, place }] of folder.callTypes.entries()) {
    const isChecked = given.kind !== 'event' && given.kind !== 'mms'
    if (isChecked && !reached.has(index)) {
      problems.warn(place, [], `${id}: no usage gets this call type: those above it take all`)
    }
    for (const [line, condition] of given.when.entries()) {
      for (const [position, name] of (condition.classes ?? []).entries()) {
        if (classes.has(name)) continue
        const message = `${id}: no destination and no special number is of class "${name}"`
        problems.warn(place, ['when', line, 'classes', position], message)
      }
    }
  }
  const place = folder.callTypes[0]?.place ?? linePlace('catalogue.yaml', 1)
  for (const usage of possible.unclassified.slice(0, EXAMPLES_MAX)) {
    problems.warn(place, [], `no call type covers ${usage}`)
  }
  const rest = possible.unclassified.length - EXAMPLES_MAX
  if (rest > 0) problems.warn(place, [], `no call type covers ${rest} further combinations`)
}

function warnOfPlans(
  catalogue: Catalogue,
  folder: CatalogueFolder,
  possible: PossibleUsage,
  problems: ProblemList,
): void {
  for (const { id, place } of folder.plans) {
    const plan = catalogue.plans.get(id)
    if (plan === undefined) continue
    const missing = callTypesOf(plan.product, catalogue, possible)
      .filter((callType) => !isCovered(plan, plan.rates.get(callType) ?? []))
      .map((callType) => (plan.rates.has(callType) ? `${callType} for some time` : callType))
    if (missing.length === 0) continue
    const shown = missing.slice(0, EXAMPLES_MAX).join(', ')
    const rest = missing.length > EXAMPLES_MAX ? ` and ${missing.length - EXAMPLES_MAX} more` : ''
    problems.warn(place, [], `${id}: no rate for ${shown}${rest}`)
  }
}

/** Whether some rate holds at any moment of the plan. */
function isCovered(plan: Plan, choices: readonly Validity[]): boolean {
  let coveredToMs = plan.fromMs
  for (const { fromMs, toMs } of choices.toSorted((left, right) => left.fromMs - right.fromMs)) {
    if (fromMs <= coveredToMs) coveredToMs = Math.max(coveredToMs, toMs)
  }
  return coveredToMs >= plan.toMs
}

function callTypesOf(
  product: Product,
  catalogue: Catalogue,
  { callTypesByProduct }: PossibleUsage,
): string[] {
  const indexes = callTypesByProduct.get(product) ?? new Set()
  return catalogue.callTypes.filter(({ index }) => indexes.has(index)).map(({ id }) => id)
}

function warnOfUnused(folder: CatalogueFolder, problems: ProblemList): void {
  const offers = [...folder.plans, ...folder.modules]
  const ofSuppliers = folder.suppliers.flatMap(({ given }) => Object.values(given))
  const ofOffers = offers.flatMap(({ given }) => namedRateIds(given.rates))
  const rateIds = new Set<string | undefined>([...ofOffers, ...ofSuppliers])
  const allowanceIds = new Set(offers.flatMap(({ given }) => grantedIds(given.allowances)))
  for (const { id, place } of folder.rates) {
    if (!rateIds.has(id)) problems.warn(place, [], `${id}: no plan or module uses this rate`)
  }
  for (const { id, given, place } of folder.allowances) {
    if (given.scope === 'group-fixed' || allowanceIds.has(id)) continue
    problems.warn(place, [], `${id}: no plan or module uses this allowance`)
  }
}

function warnOfZones(catalogue: Catalogue, folder: CatalogueFolder, problems: ProblemList): void {
  const lines = folder.callTypes.flatMap(({ given }) => given.when)
  const named = new Set(
    lines.flatMap(({ locations, zones }) => [...(locations ?? []), ...(zones ?? [])]),
  )
  for (const { id, place } of folder.zones) {
    if (!named.has(id)) problems.warn(place, [], `zone ${id}: no call type names it`)
  }
  const inDeck = new Set(catalogue.destinations.map((destination) => destination.zoneId))
  for (const { id, place } of folder.destinationZones) {
    if (!inDeck.has(id)) problems.warn(place, [], `zone ${id}: no prefix of a deck is in it`)
    else if (!named.has(id)) problems.warn(place, [], `zone ${id}: no call type names it`)
  }
  const covered = new Set(catalogue.zones.flatMap(({ members }) => members.map((m) => m.network)))
  for (const { file, line, cells } of folder.countryRows) {
    const codes = catalogue.countries.get(cells['country'] ?? '')?.mobileCountryCodes ?? []
    if (codes.length === 0 || codes.some((code) => covered.has(code))) continue
    problems.warn(linePlace(file, line), [], `${cells['name']} (${codes.join(' ')}) is in no zone`)
  }
}
