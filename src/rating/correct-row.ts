/**
 * What re-rating appends for one ledger row: nothing where the new result is the old one, otherwise
 * a reversal that takes the old row out of every sum, and a new row. Rows are never changed.
 */
import { entryId } from '../core/usage/ids.ts'
import { fieldNames, namesHolding } from '../core/usage/field.ts'
import {
  RATED_FIELDS,
  ROW_FIELDS,
  type LedgerRow,
  type RatedUsage,
} from '../core/usage/ledger-row.ts'
import { isSameTakeKey } from '../core/usage/old-keys.ts'
import { micros, negateMicros, type Micros } from '../core/money/money.ts'

/** Both rows still have place, time of recording and catalogue of the old one: the ledger sets them. */
export interface RowCorrection {
  readonly chargeDifferenceMicros: Micros
  readonly informationChargeDifferenceMicros: Micros
  readonly reversal: LedgerRow
  readonly correction: LedgerRow
}

/** Whose the usage is; not always the one that the old row says. */
export type UsageHolder = Pick<LedgerRow, 'partnerId' | 'accountId' | 'subscriptionId'>

/**
 * Compares the row that counts now with its new result. Undefined when they agree, so that running
 * a re-rating a second time adds nothing. Both rows refer to the row that they correct.
 */
export function correctRow(
  old: LedgerRow,
  rated: Readonly<RatedUsage>,
  holder: UsageHolder = old,
): RowCorrection | undefined {
  const { partnerId, accountId, subscriptionId } = holder
  const isSameHolder = accountId === old.accountId && subscriptionId === old.subscriptionId
  if (isSameHolder && isSameResult(old, rated)) return undefined
  const reversal = reverseRow(old)
  const correction: LedgerRow = {
    ...old,
    ...withOwnLists(rated),
    partnerId,
    accountId,
    subscriptionId,
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
  const reversal = withOwnLists(old)
  for (const name of QUANTITIES) reversal[name] = negated(old[name])
  for (const name of AMOUNTS) reversal[name] = negateMicros(old[name])
  for (const name of QUANTITY_LISTS) reversal[name] = old[name].map(negated)
  reversal.crossings = []
  reversal.entryKind = 'reversal'
  reversal.corrects = entryId(old)
  return reversal
}

/** Those of a result are used again for the next usage. */
function withOwnLists<Rated extends Readonly<RatedUsage>>(rated: Rated): Rated {
  const lists = [...TEXT_LISTS, ...QUANTITY_LISTS].map((name) => [name, [...rated[name]]])
  return { ...rated, ...Object.fromEntries(lists) }
}

const QUANTITIES = namesHolding(ROW_FIELDS, 'quantity')
const AMOUNTS = namesHolding(ROW_FIELDS, 'money')
const TEXT_LISTS = namesHolding(RATED_FIELDS, 'texts')
const QUANTITY_LISTS = namesHolding(RATED_FIELDS, 'quantities')

/** Crossings and lateness do not count: they tell what happened while rating, not what it costs. */
function isSameResult(old: LedgerRow, rated: Readonly<RatedUsage>): boolean {
  return RESULT_FIELDS.every((name) => isSameValue(name, old[name], rated[name]))
}

const RESULT_FIELDS = fieldNames(RATED_FIELDS).filter((name) => !('tells' in RATED_FIELDS[name]))

type Value = RatedUsage[keyof RatedUsage]

function isSameValue(name: keyof RatedUsage, old: Value, now: Value): boolean {
  if (!Array.isArray(old) || !Array.isArray(now)) return old === now
  if (old.length !== now.length) return false
  return now.every((one, index) => {
    return name === 'takeKeys' ? isSameTakeKey(String(old[index]), String(one)) : old[index] === one
  })
}

/** 0 − x, never −0. */
function negated(quantity: number): number {
  return quantity === 0 ? 0 : -quantity
}
