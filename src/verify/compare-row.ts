/** Compares a ledger row with the same usage rated again: every field that rating decides. */
import { fieldNames, type Field } from '../core/usage/field.ts'
import { RATED_FIELDS, RECORDED_FIELDS } from '../core/usage/ledger-row.ts'
import type { LedgerRow, RatedUsage } from '../core/usage/ledger-row.ts'
import { isSameCrossing, isSameTakeKey } from '../core/usage/old-keys.ts'
import type { UnbillableReason } from '../core/failures/reasons.ts'
import type { Usage } from '../core/usage/usage.ts'

export interface Difference {
  readonly field: string
  readonly ledger: string
  readonly again: string
}

/** Texts for people follow from the reason. */
const USAGE_NAMES = fieldNames(RECORDED_FIELDS).filter(
  (name) => !isForPeople(RECORDED_FIELDS[name]),
)
const RATED_NAMES = fieldNames(RATED_FIELDS).filter((name) => !isForPeople(RATED_FIELDS[name]))

function isForPeople({ tells }: Field): boolean {
  return tells === 'people'
}

/** Whether rating decides it; the other fields are what mediation found out. */
export function isOfRating({ field }: Difference): boolean {
  return !Object.hasOwn(RECORDED_FIELDS, field)
}

export function compareRow(row: LedgerRow, usage: Usage, rated: RatedUsage): Difference[] {
  const differences: Difference[] = []
  if (isNoNumber(row) && isNoNumber(rated)) return differences
  for (const field of USAGE_NAMES) addDifference(differences, field, row[field], usage[field])
  for (const field of RATED_NAMES) {
    if (field === 'takeKeys' || field === 'crossings') continue
    addDifference(differences, field, row[field], rated[field])
  }
  const [rowKeys, keys] = [row.takeKeys, rated.takeKeys]
  addDifference(differences, 'takeKeys', asWritten(rowKeys, keys, isSameTakeKey), keys)
  const [rowCrossings, crossings] = [row.crossings, rated.crossings]
  const asNow = asWritten(rowCrossings, crossings, isSameCrossing)
  addDifference(differences, 'crossings', asNow, crossings)
  return differences
}

/**
 * Earlier builds let some formats decide that 's' or '*60' is no number, before anything else of the
 * record was known; its other fields say nothing about usage.
 */
function isNoNumber({ outcome, reason }: { outcome: string; reason: string }): boolean {
  return outcome === 'unbillable' && reason === NO_NUMBER
}

const NO_NUMBER: UnbillableReason = 'no_number'

/** Keys of an earlier build as this one writes them, where they say the same. */
function asWritten(
  stored: readonly string[],
  again: readonly string[],
  isSame: (stored: string, again: string) => boolean,
): string[] {
  return stored.map((key, index) => {
    const now = again[index]
    return now !== undefined && isSame(key, now) ? now : key
  })
}

type Value = string | number | boolean | readonly (string | number)[]

function addDifference(list: Difference[], field: string, ledger: Value, again: Value): void {
  if (ledger === again) return
  const ledgerText = textOf(ledger)
  const againText = textOf(again)
  if (ledgerText !== againText) list.push({ field, ledger: ledgerText, again: againText })
}

function textOf(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : value === '' ? "''" : String(value)
}
