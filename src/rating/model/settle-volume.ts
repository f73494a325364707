/** What `volume` rates still owe, or give back, when their period closes. */
import type { CumulativeScope, Rate, RateVersions } from '../../catalogue/catalogue.ts'
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { compileModel } from './compiled-model.ts'

/** What one subscription used of one call type at one version of one rate, in one period. */
export interface VolumeUse {
  readonly subscriptionId: string
  readonly callType: string
  /** Position in the versions of the rate. */
  readonly version: number
  readonly outOfBundleQuantity: number
  /** What the usages cost together, and what money allowances paid of it beside that. */
  readonly chargedMicros: Micros
  readonly moneyTakenMicros: number
  /** What earlier adjustments of the same period added. */
  readonly adjustedMicros: Micros
}

export interface Settlement {
  readonly subscriptionId: string
  readonly callType: string
  /** Added to what was charged, the sum is the price of the period's total. Never 0. */
  readonly adjustmentMicros: Micros
  /** What it was and what it is now, with the earlier adjustments. */
  readonly chargedMicros: Micros
  readonly settledMicros: Micros
}

/**
 * The differences between the price of the period's total and what was charged, for the uses of one
 * account, period and rate. The price of a total is divided over its uses as if they came one after
 * the other, so that the parts add up to it to the last digit. Settling twice gives nothing.
 */
export function settleVolume(rates: RateVersions, uses: readonly VolumeUse[]): Settlement[] {
  const ordered = uses.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const prices = new Map(ordered.map((use) => [use, grossOf(use)]))
  for (const [index, version] of rates.versions.entries()) {
    if (version.model?.type !== 'volume') continue
    const { scope } = version.model
    for (const together of groups(ordered, scope)) priceGroup(together, index, version, prices)
  }
  return [...Map.groupBy(ordered, (use) => cellOf(use)).values()].flatMap((ofCell) =>
    differenceOf(ofCell, prices),
  )
}

/** The total counts what was used at any version of the rate, as rating does. */
function priceGroup(
  together: readonly VolumeUse[],
  index: number,
  version: Rate,
  prices: Map<VolumeUse, number>,
): void {
  if (version.model === undefined) return
  const rounding = { decimals: version.decimals, mode: version.rounding }
  const model = compileModel(version.model, rounding)
  const total = together.reduce((sum, use) => exact(sum + use.outOfBundleQuantity), 0)
  let position = model.settlesOnce === true ? quantityOfEarlier(together, index) : 0
  for (const use of together) {
    if (use.version !== index) continue
    const before = model.settled?.(total, position) ?? 0
    position += use.outOfBundleQuantity
    prices.set(use, (model.settled?.(total, position) ?? 0) - before)
  }
}

function quantityOfEarlier(together: readonly VolumeUse[], index: number): number {
  return together
    .filter(({ version }) => version < index)
    .reduce((sum, use) => sum + use.outOfBundleQuantity, 0)
}

/** A money allowance keeps what it paid, so a use never costs less than nothing. */
function differenceOf(
  uses: readonly VolumeUse[],
  prices: ReadonlyMap<VolumeUse, number>,
): Settlement[] {
  const [first] = uses
  if (first === undefined) return []
  let [charged, settled, before] = [ZERO_MICROS, ZERO_MICROS, ZERO_MICROS]
  for (const use of uses) {
    const { chargedMicros, adjustedMicros } = use
    charged = addMicros(addMicros(charged, chargedMicros), adjustedMicros)
    settled = addMicros(settled, micros(prices.get(use) ?? 0))
    before = addMicros(addMicros(before, grossOf(use)), adjustedMicros)
  }
  const adjustmentMicros = micros(Math.max(settled - before, 0 - charged))
  if (adjustmentMicros === ZERO_MICROS) return []
  return [
    {
      subscriptionId: first.subscriptionId,
      callType: first.callType,
      adjustmentMicros,
      chargedMicros: charged,
      settledMicros: addMicros(charged, adjustmentMicros),
    },
  ]
}

function groups(uses: readonly VolumeUse[], scope: CumulativeScope): VolumeUse[][] {
  if (scope === 'account') return [[...uses]]
  return [...Map.groupBy(uses, (use) => use.subscriptionId).values()]
}

/** Throws `quantity_overflow`: a total that is not exact has no price that is. */
function exact(total: number): number {
  if (Number.isSafeInteger(total)) return total
  throw new TikError('quantity_overflow', `a total of ${total} is more than can be counted exactly`)
}

function grossOf(use: VolumeUse): Micros {
  return micros(use.chargedMicros + use.moneyTakenMicros)
}

function cellOf({ subscriptionId, callType }: VolumeUse): string {
  return `${subscriptionId}|${callType}`
}

function keyOf(use: VolumeUse): string {
  return `${cellOf(use)}|${use.version}`
}
