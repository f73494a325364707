/**
 * Every period-end adjustment computed again from the ledger rows up to the cut-off that it names,
 * with the catalogue of then, and compared row by row. Changes nothing.
 */
import { adjustmentRateId, entryId } from '../../core/usage/ids.ts'
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { adjustmentsDue, type AdjustmentDue } from '../settle/adjustments-due.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import { outOfRange } from '../check/out-of-range.ts'

export interface AdjustmentVerdict {
  readonly count: number
  /** Empty when every adjustment is what its ledger rows say. */
  readonly findings: readonly Finding[]
}

export async function verifyAdjustments({
  ledger,
  catalogueOf,
}: Pick<BillingParts, 'ledger' | 'catalogueOf'>): Promise<AdjustmentVerdict> {
  const rows = (await Array.fromAsync(ledger.adjustments())).flat()
  const findings: Finding[] = []
  for (const [partition, settlement] of Map.groupBy(rows, (row) => row.logPartition)) {
    findings.push(...outOfPlace(partition, settlement))
    for (const [basis, together] of Map.groupBy(settlement, basisOf)) {
      const [catalogueKey = '', cutOffId = ''] = basis.split(' ')
      const parts = { ledger, catalogueKey, catalogue: await catalogueOf(catalogueKey) }
      const again = await adjustmentsDue(parts, periodsOf(together), cutOffId)
      const isSettled = ({ accountId }: LedgerRow): boolean => !again.unsettled.has(accountId)
      findings.push(
        ...compare(together.filter(isSettled), again.due),
        ...[...again.unsettled].map(([accountId, why]) => outOfRange(accountId, why)),
      )
    }
  }
  return { count: rows.length, findings }
}

function basisOf({ catalogueHash, raw }: LedgerRow): string {
  return `${catalogueHash} ${raw}`
}

function periodsOf(rows: readonly LedgerRow[]) {
  return [...Map.groupBy(rows, (row) => row.accountId)].map(([accountId, ofAccount]) => ({
    accountId,
    periodStartDays: [...new Set(ofAccount.map((row) => row.periodStartDay))],
  }))
}

/** The rows of a settlement are numbered from 0 without a gap. */
function outOfPlace(partition: number, rows: readonly LedgerRow[]): Finding[] {
  const misplaced = rows.find((row, index) => row.logOffset !== index)
  if (misplaced === undefined) return []
  return [finding(entryId(misplaced), `a row before it in settlement ${partition} is gone`)]
}

function compare(rows: readonly LedgerRow[], again: readonly AdjustmentDue[]): Finding[] {
  const expected = new Map(again.map((due) => [keyOfDue(due), due]))
  const findings: Finding[] = []
  for (const row of rows) {
    const key = keyOfRow(row)
    const due = expected.get(key)
    expected.delete(key)
    const charge = microsToDecimal(row.chargeMicros)
    const text =
      due === undefined
        ? `charge is ${charge}, computed again nothing is due`
        : `charge is ${charge}, computed again ${microsToDecimal(due.adjustmentMicros)}`
    if (row.chargeMicros !== due?.adjustmentMicros) findings.push(finding(entryId(row), text))
    else if (!isPure(row)) findings.push(finding(entryId(row), 'it has a quantity'))
  }
  for (const due of expected.values()) {
    const text = `${microsToDecimal(due.adjustmentMicros)} is due and was not recorded`
    findings.push(finding(`${due.accountId} ${due.use.subscriptionId} ${due.callType}`, text))
  }
  return findings
}

/** Money only: balances and quantities are not touched by an adjustment. */
function isPure(row: LedgerRow): boolean {
  const numbers = [row.quantity, row.outOfBundleQuantity, row.billedQuantity, row.takeKeys.length]
  return row.informationChargeMicros === 0 && numbers.every((each) => each === 0)
}

function keyOfRow(row: LedgerRow): string {
  const { accountId, periodStartDay, rateId, subscriptionId, callType } = row
  return [accountId, periodStartDay, rateId, subscriptionId, callType].join('|')
}

function keyOfDue({ accountId, use }: AdjustmentDue): string {
  const { periodStartDay, rateId, subscriptionId, callType } = use
  return [accountId, periodStartDay, adjustmentRateId(rateId), subscriptionId, callType].join('|')
}

function finding(subject: string, text: string): Finding {
  return {
    code: 'adjustment_differs',
    severity: 'error',
    subject,
    text,
    count: 1,
    estimateMicros: undefined,
    show: `tik explain ${subject}`,
  }
}
