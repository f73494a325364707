/** The ledger against the reference run: the same rows at the same offsets, field by field. */
import type { LedgerRow } from '../../src/core/usage/ledger-row.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { TopicContent } from './read-topic.ts'

/** All rows of the log by partition, ordered by offset. */
export async function rowsByPartition(
  ledger: Pick<Ledger, 'rows'>,
  log: TopicContent,
): Promise<LedgerRow[][]> {
  const rows = log.partitions.map((): LedgerRow[] => [])
  for await (const chunk of ledger.rows({ source: log.topic })) {
    for (const row of chunk) rows[row.logPartition]?.push(row)
  }
  return rows
}

/** What differs, as sentences. */
export function checkLedger(
  found: readonly (readonly LedgerRow[])[],
  wanted: readonly LedgerRow[],
): string[] {
  const findings: string[] = []
  const rows = found.flat()
  const byPlace = new Map(wanted.map((row) => [placeOf(row), row]))
  const seen = new Set<string>()
  for (const row of rows) {
    const place = placeOf(row)
    const other = byPlace.get(place)
    if (seen.has(place)) findings.push(`${place} is in the ledger twice`)
    else if (other === undefined) findings.push(`${place} is in the ledger and not in the log`)
    else findings.push(...differences(place, row, other))
    seen.add(place)
  }
  const missing = wanted.filter((row) => !seen.has(placeOf(row))).length
  if (missing > 0) findings.push(`${missing} messages of the log have no row`)
  return findings
}

function differences(place: string, row: LedgerRow, wanted: LedgerRow): string[] {
  return Object.entries(wanted).flatMap(([field, value]) => {
    if (field === 'recordedMs') return []
    const found = JSON.stringify(row[field as keyof LedgerRow])
    const asked = JSON.stringify(value)
    return found === asked ? [] : [`${place}: ${field} is ${found} and should be ${asked}`]
  })
}

function placeOf(row: LedgerRow): string {
  return `${row.logPartition}/${row.logOffset}`
}
