/** Which usage by `volume` rates must still be settled, up to a cut-off. Changes nothing. */
import type { Catalogue, RateVersions } from '../../catalogue/catalogue.ts'
import { beyondExact } from '../../core/money/beyond-exact.ts'
import { TikError } from '../../core/failures/errors.ts'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { settleVolume, type Settlement } from '../../rating/model/settle-volume.ts'
import type { AccountUse, AdjustmentLedger } from './adjustment-ledger.ts'
import type { UsageSum } from '../ledger/invoice-ledger.ts'

export interface PeriodsOfAccount {
  readonly accountId: string
  readonly periodStartDays: readonly number[]
}

/** The settlement of one subscription, call type, rate and period. */
export interface AdjustmentDue extends Settlement {
  readonly accountId: string
  /** The catalogue that it follows from. */
  readonly catalogueKey: string
  readonly use: AccountUse
  /** Out of bundle, at all versions of the rate. */
  readonly quantity: number
}

export interface Settlements {
  /** In order of account, period, rate, subscription and call type. */
  readonly due: readonly AdjustmentDue[]
  /** Accounts whose totals or prices are beyond what is exact, and why: nothing of them is settled. */
  readonly unsettled: ReadonlyMap<string, string>
}

/** The cut-off is published. */
export async function adjustmentsDue(
  parts: {
    readonly ledger: AdjustmentLedger
    readonly catalogue: Catalogue
    readonly catalogueKey: string
  },
  accounts: readonly PeriodsOfAccount[],
  cutOffId: string,
): Promise<Settlements> {
  const due: AdjustmentDue[] = []
  const unsettled = new Map<string, string>()
  const rates = volumeRates(parts.catalogue)
  if (rates.length === 0 || accounts.length === 0) return { due, unsettled }
  const used = new Set(
    (await parts.ledger.volumePeriods(rates.map(({ rateId }) => rateId))).map(
      (each) => `${each.accountId}|${each.periodStartDay}`,
    ),
  )
  for (const { accountId, periodStartDays } of accounts) {
    const days = periodStartDays.filter((day) => used.has(`${accountId}|${day}`))
    if (days.length === 0) continue
    const question = questionOf(parts.catalogue, rates)
    const settled = await parts.ledger
      .volumeUses({ accountId, periodStartDays: days, cutOffId, ...question })
      .then((uses) => settlementsOf(accountId, uses, parts))
      .catch(beyondExact)
    if (settled instanceof TikError) unsettled.set(accountId, settled.message)
    else due.push(...settled)
  }
  return { due, unsettled }
}

/** What is due, as sums that an invoice would bill if it were recorded. */
export function dueSums(due: readonly AdjustmentDue[], ownStartDay: number): UsageSum[] {
  return due.map(({ use, adjustmentMicros }) => ({
    periodStartDay: use.periodStartDay,
    late: use.periodStartDay !== ownStartDay,
    subscriptionId: use.subscriptionId,
    product: use.product,
    kind: use.kind,
    callType: use.callType,
    fromMs: Infinity,
    count: 0,
    quantity: 0,
    outOfBundleQuantity: 0,
    chargeMicros: adjustmentMicros,
    informationChargeMicros: ZERO_MICROS,
  }))
}

function volumeRates(catalogue: Catalogue): RateVersions[] {
  return [...catalogue.rates.values()].filter(({ versions }) =>
    versions.some((version) => version.model?.type === 'volume'),
  )
}

function questionOf(catalogue: Catalogue, rates: readonly RateVersions[]) {
  const versions = rates.flatMap(({ rateId, versions: ofRate }) =>
    ofRate.map(({ fromMs }) => ({ rateId, fromMs })),
  )
  const allowances = [...catalogue.allowances.values()]
  const idsOf = (isMoney: boolean): string[] =>
    allowances
      .filter(({ unit }) => (unit === 'money') === isMoney)
      .map(({ allowanceId }) => allowanceId)
  return {
    versionRateIds: versions.map(({ rateId }) => rateId),
    versionFromMs: versions.map(({ fromMs }) => Math.max(fromMs, Number.MIN_SAFE_INTEGER)),
    moneyAllowanceIds: idsOf(true),
    unitAllowanceIds: idsOf(false),
  }
}

function settlementsOf(
  accountId: string,
  uses: readonly AccountUse[],
  { catalogue, catalogueKey }: { readonly catalogue: Catalogue; readonly catalogueKey: string },
): AdjustmentDue[] {
  const byRate = Map.groupBy(uses, ({ periodStartDay, rateId }) => `${periodStartDay}|${rateId}`)
  return [...byRate.values()].flatMap((ofRate) => {
    const rates = catalogue.rates.get(ofRate[0]?.rateId ?? '')
    if (rates === undefined) return []
    return settleVolume(rates, ofRate).flatMap((settlement) => {
      const of = ofRate.filter(
        ({ subscriptionId, callType }) =>
          subscriptionId === settlement.subscriptionId && callType === settlement.callType,
      )
      const [use] = of
      if (use === undefined) return []
      const quantity = of.reduce((sum, each) => sum + each.outOfBundleQuantity, 0)
      return [{ ...settlement, accountId, catalogueKey, use, quantity }]
    })
  })
}
