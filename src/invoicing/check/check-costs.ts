/** Usage that was sold for less than it cost us: a price that was forgotten when the supplier's went up. */
import { ifExact } from '../../core/money/beyond-exact.ts'
import { micros } from '../../core/money/money.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import { euros, findingOf } from './finding-of.ts'

/** One for each call type. Usage within a bundle is no sale by itself. */
export async function costFindings(
  { ledger }: Pick<BillingParts, 'ledger'>,
  period: string,
  scopes: readonly AccountScope[],
): Promise<Finding[]> {
  const days = new Set(scopes.map((each) => each.period.startDay))
  const found = await ledger.belowCost([...days])
  return found.map(({ callType, count, accountsCount, firstAccountId, ...of }) => {
    const { chargeMicros, costMicros } = of
    const who = accountsCount === 1 ? `account ${firstAccountId}` : `${accountsCount} accounts`
    const lossMicros =
      chargeMicros === undefined || costMicros === undefined
        ? undefined
        : ifExact(() => micros(costMicros - chargeMicros))
    const usages = count === 1 ? '1 usage' : `${count} usages`
    return findingOf({
      code: 'sold_below_cost',
      severity: 'warning',
      subject: callType,
      text: `${usages} of ${who} charged ${euros(chargeMicros)} and cost ${euros(costMicros)}`,
      count,
      estimateMicros: lossMicros,
      show: `tik finance margin ${period} --by account`,
    })
  })
}
