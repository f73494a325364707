/**
 * What re-rating appends for one ledger row: nothing where the new result is the old one, otherwise
 * a reversal that takes the old row out of every sum, and a new row. Rows are never changed.
 */
import { entryId } from '../core/ids.ts'
import type { LedgerRow, RatedUsage } from '../core/ledger-row.ts'
import { isSameTakeKey } from '../core/old-keys.ts'
import { micros, negateMicros, type Micros } from '../core/money.ts'

/** Both rows still have place, time of recording and catalogue of the old one: the ledger sets them. */
export interface RowCorrection {
  readonly chargeDifferenceMicros: Micros
  readonly informationChargeDifferenceMicros: Micros
  readonly reversal: LedgerRow
  readonly correction: LedgerRow
}

/**
 * Compares the row that counts now with its new result. Undefined when they agree, so that running
 * a re-rating a second time adds nothing. Both rows refer to the row that they correct.
 */
export function correctRow(old: LedgerRow, rated: Readonly<RatedUsage>): RowCorrection | undefined {
  if (isSameResult(old, rated)) return undefined
  const reversal = reverseRow(old)
  const correction: LedgerRow = {
    ...old,
    ...rated,
    takeKeys: [...rated.takeKeys],
    takeQuantities: [...rated.takeQuantities],
    crossings: [...rated.crossings],
    entryKind: 'correction',
    corrects: entryId(old),
  }
  return {
    chargeDifferenceMicros: micros(rated.chargeMicros - old.chargeMicros),
    informationChargeDifferenceMicros: micros(
      rated.informationChargeMicros - old.informationChargeMicros,
    ),
    reversal,
    correction,
  }
}

/** All quantities and charges negated; what was reported stays reported. */
export function reverseRow(old: LedgerRow): LedgerRow {
  return {
    ...old,
    durationSeconds: negated(old.durationSeconds),
    volumeBytes: negated(old.volumeBytes),
    quantity: negated(old.quantity),
    outOfBundleQuantity: negated(old.outOfBundleQuantity),
    billedQuantity: negated(old.billedQuantity),
    chargeMicros: negateMicros(old.chargeMicros),
    informationChargeMicros: negateMicros(old.informationChargeMicros),
    takeKeys: [...old.takeKeys],
    takeQuantities: old.takeQuantities.map(negated),
    crossings: [],
    entryKind: 'reversal',
    corrects: entryId(old),
  }
}

/** Crossings and lateness do not count: they tell what happened while rating, not what it costs. */
function isSameResult(old: LedgerRow, rated: Readonly<RatedUsage>): boolean {
  return (
    old.outcome === rated.outcome &&
    old.reason === rated.reason &&
    old.periodStartDay === rated.periodStartDay &&
    old.rateId === rated.rateId &&
    old.outOfBundleQuantity === rated.outOfBundleQuantity &&
    old.billedQuantity === rated.billedQuantity &&
    old.chargeMicros === rated.chargeMicros &&
    old.informationChargeMicros === rated.informationChargeMicros &&
    isSameTakes(old, rated)
  )
}

function isSameTakes(
  old: Readonly<RatedUsage>,
  { takeKeys, takeQuantities }: Readonly<RatedUsage>,
) {
  return (
    old.takeKeys.length === takeKeys.length &&
    takeKeys.every(
      (key, index) =>
        isSameTakeKey(old.takeKeys[index] ?? '', key) &&
        old.takeQuantities[index] === takeQuantities[index],
    )
  )
}

/** 0 − x, never −0. */
function negated(quantity: number): number {
  return quantity === 0 ? 0 : -quantity
}
