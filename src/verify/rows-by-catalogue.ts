/** Rows in log order as runs that one catalogue rated: a catalogue may change between two commits. */
import type { LedgerRow } from '../core/usage/ledger-row.ts'

/** Chunks of rows, each of one catalogue. */
export async function* chunksByCatalogue(
  chunks: AsyncIterable<LedgerRow[]>,
): AsyncGenerator<LedgerRow[]> {
  for await (const rows of chunks) yield* rowsByCatalogue(rows)
}

function rowsByCatalogue(rows: readonly LedgerRow[]): LedgerRow[][] {
  const runs: LedgerRow[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    if (run?.[0]?.catalogueHash === row.catalogueHash) run.push(row)
    else runs.push([row])
  }
  return runs
}
