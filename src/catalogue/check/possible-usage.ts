/**
 * Every combination of traits that mediation can come up with under a catalogue, sent through the
 * very classifier that mediation uses: which call types can occur, and which usage has none.
 */
import type { HomeCountry, Validity } from '../../core/accounts/accounts.ts'
import type { Direction, Product, UsageKind } from '../../core/usage/usage.ts'
import { isWithin } from '../../core/time/validity.ts'
import { createClassifier } from '../classify/classify.ts'
import type { Classifier } from '../classify/classify.ts'
import type { Catalogue } from '../catalogue.ts'

export interface PossibleUsage {
  /** Call type indexes that usage of the product can get. */
  readonly callTypesByProduct: ReadonlyMap<Product, ReadonlySet<number>>
  /** Usage without a call type, in words, each once; only of products that some plan is of. */
  readonly unclassified: readonly string[]
}

interface OtherParty {
  readonly destinationClass: string
  readonly zone: string
  readonly isNational: boolean
}

const HOME_COUNTRIES: readonly HomeCountry[] = ['NL', 'BE']
const HOME_LOCATION = ['home']
const NOBODY: OtherParty = { destinationClass: '', zone: '', isNational: true }
const COLLEAGUE: OtherParty = { destinationClass: 'internal', zone: '', isNational: true }

export function possibleUsage(catalogue: Catalogue): PossibleUsage {
  const classifier = createClassifier(catalogue)
  const everywhere = [...HOME_LOCATION, ...catalogue.zones.map((zone) => zone.zoneId)]
  const numbers = otherParties(catalogue, classifier, 'voice')
  const messages = otherParties(catalogue, classifier, 'sms')
  const callTypesByProduct = new Map<Product, Set<number>>()
  const unclassified = new Set<string>()
  const sold = new Set([...catalogue.plans.values()].map((plan) => plan.product))

  function tryAll(product: Product, kind: UsageKind, locations: readonly string[]): void {
    const callTypes = callTypesByProduct.get(product) ?? new Set()
    callTypesByProduct.set(product, callTypes)
    for (const direction of directionsOf(kind, product)) {
      for (const party of partiesOf(kind, direction, { numbers, messages })) {
        for (const location of locations) {
          const index = classifier.callTypeOf({
            product,
            kind,
            direction,
            location,
            destinationClass: party.destinationClass,
            destinationZone: party.zone,
          })
          if (index >= 0) callTypes.add(index)
          else if (sold.has(product))
            unclassified.add(inWords({ product, kind, direction, location, party }))
        }
      }
    }
  }

  tryAll('voip', 'voice', HOME_LOCATION)
  for (const kind of ['voice', 'sms', 'data'] as const) tryAll('mobile', kind, everywhere)
  return { callTypesByProduct, unclassified: [...unclassified] }
}

function directionsOf(kind: UsageKind, product: Product): readonly Direction[] {
  if (kind === 'data') return ['out']
  return kind === 'voice' && product === 'voip' ? ['out', 'in', 'forwarded'] : ['out', 'in']
}

function partiesOf(
  kind: UsageKind,
  direction: Direction,
  known: { numbers: readonly OtherParty[]; messages: readonly OtherParty[] },
): readonly OtherParty[] {
  if (kind === 'data') return [NOBODY]
  // The other party of incoming usage is the served number, which is a national one.
  if (direction === 'in') return known.numbers.filter((party) => party.isNational)
  return [COLLEAGUE, ...(kind === 'voice' ? known.numbers : known.messages)]
}

/** Each pair of class and zone that a number of the deck or a special number has at some moment. */
function otherParties(catalogue: Catalogue, classifier: Classifier, kind: UsageKind): OtherParty[] {
  const instants = momentsOfChange(catalogue)
  const parties = new Map<string, OtherParty>()
  function learn(number: string, home: HomeCountry, atMs: number): void {
    const found = classifier.destinationOf(number, kind, home, atMs)
    // A destination without a class is warned of by itself.
    if (found === undefined || found.destinationClass === '') return
    const { destinationClass, zone, country } = found
    parties.set(`${destinationClass} ${zone}`, {
      destinationClass,
      zone,
      isNational: country === home,
    })
  }
  for (const home of HOME_COUNTRIES) {
    for (const { prefix, fromMs, toMs } of catalogue.destinations) {
      const within = instants.filter((atMs) => isWithin(atMs, fromMs, toMs))
      for (const atMs of [...within, momentWithin({ fromMs, toMs })]) {
        learn(`+${prefix}`, home, atMs)
      }
    }
    for (const { country, digits, fromMs, toMs } of catalogue.specialNumbers) {
      if (country === home) learn(digits, home, momentWithin({ fromMs, toMs }))
    }
  }
  return [...parties.values()]
}

function momentWithin({ fromMs, toMs }: Validity): number {
  if (Number.isFinite(fromMs)) return fromMs
  return Number.isFinite(toMs) ? toMs - 1 : 0
}

/** One instant in each stretch of time in which the zones of countries stay the same. */
function momentsOfChange({ zones }: Catalogue): number[] {
  const changes = zones
    .flatMap(({ countries }) => countries.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))
    .filter(Number.isFinite)
  return [...new Set([0, ...changes])]
}

function inWords(usage: {
  product: Product
  kind: UsageKind
  direction: Direction
  location: string
  party: OtherParty
}): string {
  const { product, kind, direction, location, party } = usage
  const { destinationClass, zone } = party
  const to =
    destinationClass === '' ? '' : ` with class ${destinationClass} in zone ${zone || 'none'}`
  return `${product} ${kind} ${direction} at ${location}${to}`
}
