/** Ledger rows as the CDR file of an invoice: UTF-8, comma, one header line. */
import { stringify } from 'csv-stringify/sync'
import type { LedgerRow } from '../core/ledger-row.ts'
import { microsToDecimal } from '../core/money.ts'

const COLUMNS: readonly (readonly [string, (row: LedgerRow) => string | number])[] = [
  ['start', (row) => new Date(row.startMs).toISOString()],
  ['account', (row) => row.accountId],
  ['subscription', (row) => row.subscriptionId],
  ['product', (row) => row.product],
  ['kind', (row) => row.kind],
  ['direction', (row) => row.direction],
  ['call_type', (row) => row.callType],
  ['sender', (row) => row.sender],
  ['receiver', (row) => row.receiver],
  ['visited_network', (row) => row.visitedNetwork],
  ['duration_seconds', (row) => row.durationSeconds],
  ['volume_bytes', (row) => row.volumeBytes],
  ['quantity', (row) => row.quantity],
  ['out_of_bundle_quantity', (row) => row.outOfBundleQuantity],
  ['charge', (row) => microsToDecimal(row.chargeMicros)],
  ['information_charge', (row) => microsToDecimal(row.informationChargeMicros)],
  ['entry', (row) => row.entryKind],
  ['usage_id', (row) => row.usageId],
]

/** The file in chunks, as the rows come: memory does not grow with the invoice. */
export async function* cdrFile(rows: AsyncIterable<LedgerRow[]>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(stringify([COLUMNS.map(([name]) => name)]))
  for await (const chunk of rows) {
    yield encoder.encode(stringify(chunk.map((row) => COLUMNS.map(([, value]) => value(row)))))
  }
}
