/** What suppliers charge us: for each kind of usage the rate by which they do. */
import type { BuildContext } from './build-context.ts'
import type { RateVersions, SupplierCosts } from '../catalogue.ts'
import type { UsageKind } from '../../core/usage/usage.ts'
import type { PriceDecks } from './build-deck-use.ts'

const UNIT_OF_KIND = {
  voice: 'second',
  sms: 'message',
  mms: 'message',
  data: 'byte',
  event: 'event',
} as const satisfies Partial<Record<UsageKind, RateVersions['unit']>>
const KINDS = ['voice', 'sms', 'mms', 'data', 'event'] as const

export function buildSuppliers(
  context: BuildContext,
  { rates, priceDecks }: { rates: ReadonlyMap<string, RateVersions>; priceDecks: PriceDecks },
): Map<string, SupplierCosts> {
  const { folder, problems } = context
  reportSoldCosts(context, { rates, priceDecks })
  return new Map(
    folder.suppliers.map(({ id, given, place }) => {
      const costs = new Map<UsageKind, string>()
      for (const kind of KINDS) {
        const rateId = given[kind]
        if (rateId === undefined) continue
        const rate = rates.get(rateId)
        if (rate === undefined) {
          if (!folder.isDeclared('rates', rateId)) {
            problems.error(place, [kind], `${id}: there is no rate "${rateId}"`)
          }
          continue
        }
        if (rate.unit !== UNIT_OF_KIND[kind]) {
          problems.error(
            place,
            [kind],
            `${id}: the rate "${rateId}" is by the ${rate.unit}, not for ${kind}`,
          )
        }
        if (rate.versions.some(({ model }) => model !== undefined)) {
          const message = `${id}: "${rateId}" has a model; what one usage costs us must follow from it alone`
          problems.error(place, [kind], message)
        }
        costs.set(kind, rateId)
      }
      return [id, costs]
    }),
  )
}

/** A rate by a deck of costs is nothing that customers can have. */
function reportSoldCosts(
  { folder, problems }: BuildContext,
  { rates, priceDecks }: { rates: ReadonlyMap<string, RateVersions>; priceDecks: PriceDecks },
): void {
  const isOfCosts = (rateId: string): boolean =>
    (rates.get(rateId)?.versions ?? []).some(({ deck, information }) =>
      [deck, information?.deck].some(
        (use) => use !== undefined && priceDecks.get(use.deckId)?.purpose === 'cost',
      ),
    )
  for (const { id, given, place } of [...folder.plans, ...folder.modules]) {
    for (const [pattern, entry] of Object.entries(given.rates)) {
      const named = typeof entry === 'string' ? [entry] : entry.map(({ rate }) => rate)
      for (const rateId of named.filter(isOfCosts)) {
        const message = `${id}: the rate "${rateId}" is by a deck of costs: what a supplier charges, not customers`
        problems.error(place, ['rates', pattern], message)
      }
    }
  }
}
