/** The whole selection as a file: CSV or JSON lines (T4), however many rows it has. */
import type { LedgerRow } from '../core/ledger-row.ts'
import { addMicros } from '../core/money.ts'
import { entryId } from '../core/ids.ts'
import type { ClickHouseStore } from '../ledger/clickhouse-store.ts'
import { usageCsv, amountText, type CsvOptions } from './usage-csv.ts'
import { streamUsageDetails, type DetailsFilter, type UsageDetail } from './usage-details.ts'

export type ExportFormat =
  { readonly kind: 'csv'; readonly csv: CsvOptions } | { readonly kind: 'jsonl' }

/** Pieces of the file, newest usage first. Times are local in `timeZone`, and in UTC beside it. */
export function exportUsage(
  store: ClickHouseStore,
  filter: DetailsFilter,
  format: ExportFormat,
  timeZone: string,
): AsyncGenerator<string> {
  return writeUsage(streamUsageDetails(store, filter, timeZone), format)
}

/** Ledger rows that somebody else selected (the CDRs of an invoice), in the same columns. */
export function writeLedgerRows(
  chunks: AsyncIterable<readonly LedgerRow[]>,
  format: ExportFormat,
  timeZone: string,
): AsyncGenerator<string> {
  return writeUsage(detailsOf(chunks, timeZone), format)
}

function writeUsage(
  chunks: AsyncIterable<readonly UsageDetail[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  return format.kind === 'csv' ? usageCsv(chunks, format.csv) : usageJsonLines(chunks)
}

/** Amounts are decimal strings, so that no reader makes them floating point by accident. */
async function* usageJsonLines(
  chunks: AsyncIterable<readonly UsageDetail[]>,
): AsyncGenerator<string> {
  for await (const rows of chunks) {
    yield rows.map((row) => `${JSON.stringify(jsonOf(row))}\n`).join('')
  }
}

function jsonOf(row: UsageDetail) {
  const { chargeMicros, informationChargeMicros, amountMicros, startMs, ...rest } = row
  return {
    ...rest,
    startUtc: new Date(startMs).toISOString(),
    charge: amountText(chargeMicros),
    informationCharge: amountText(informationChargeMicros),
    amount: amountText(amountMicros),
  }
}

async function* detailsOf(
  chunks: AsyncIterable<readonly LedgerRow[]>,
  timeZone: string,
): AsyncGenerator<UsageDetail[]> {
  // Swedish writes dates as ISO does: 2026-10-01 12:00:00.
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  for await (const rows of chunks) {
    yield rows.map((row) => detailOf(row, local.format(row.startMs)))
  }
}

function detailOf(row: LedgerRow, startLocal: string): UsageDetail {
  return {
    startMs: row.startMs,
    startLocal,
    accountId: row.accountId,
    subscriptionId: row.subscriptionId,
    product: row.product,
    kind: row.kind,
    direction: row.direction,
    callType: row.callType,
    servedNumber: row.servedNumber,
    sender: row.sender,
    receiver: row.receiver,
    destination: row.destination,
    visitedNetwork: row.visitedNetwork,
    durationSeconds: row.durationSeconds,
    volumeBytes: row.volumeBytes,
    quantity: row.quantity,
    outOfBundleQuantity: row.outOfBundleQuantity,
    billedQuantity: row.billedQuantity,
    chargeMicros: row.chargeMicros,
    informationChargeMicros: row.informationChargeMicros,
    amountMicros: addMicros(row.chargeMicros, row.informationChargeMicros),
    rateId: row.rateId,
    periodStartDay: row.periodStartDay,
    late: row.late,
    entryKind: row.entryKind,
    usageId: row.usageId,
    entryId: entryId(row),
  }
}
