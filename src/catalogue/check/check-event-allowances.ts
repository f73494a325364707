/**
 * Events are counted by allowances where a rate prices them one by one. A rate with a percentage has
 * an amount of money in their place, of which "10 events" would be ten millionths of a euro.
 */
import type { BuildContext } from '../build/build-context.ts'
import type { Catalogue, RateVersions } from '../catalogue.ts'

export function checkEventAllowances(
  catalogue: Pick<Catalogue, 'plans' | 'modules' | 'allowances' | 'rates'>,
  { folder, problems }: BuildContext,
): void {
  const { plans, modules, allowances, rates } = catalogue
  const offers = [
    ...folder.plans.map(({ id, place }) => ({ id, place, offer: plans.get(id) })),
    ...folder.modules.map(({ id, place }) => ({ id, place, offer: modules.get(id) })),
  ]
  for (const { id, place, offer } of offers) {
    for (const allowanceId of offer?.allowanceIds ?? []) {
      const allowance = allowances.get(allowanceId)
      if (allowance?.unit !== 'event') continue
      const amounts = allowance.callTypes.filter((callType) =>
        offer?.rates.get(callType)?.some(({ rateId }) => isOfAmount(rates.get(rateId))),
      )
      if (amounts.length === 0) continue
      const priced = `${amounts.join(', ')}, a percentage of an amount: give an allowance of EUR`
      problems.error(place, ['allowances'], `${id}: "${allowanceId}" cannot cover ${priced}`)
    }
  }
}

function isOfAmount(rates: RateVersions | undefined): boolean {
  return rates?.versions.some(({ model }) => model?.type === 'percentage') === true
}
