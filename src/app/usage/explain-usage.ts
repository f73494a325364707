/** Why an amount in the ledger is what it is. */
import { TikError } from '../../core/failures/errors.ts'
import { directoryOf } from '../known-directory.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { explainEntry, type ExplainedEntry } from '../../verify/explain-entry.ts'
import { isWithinReach, requireRight } from '../caller.ts'
import { archivedCatalogue } from '../catalogue-archive.ts'
import type { Desk } from '../desk.ts'
import { stepsFor } from './steps-for.ts'

/** `entry` is `source/partition/offset`. Throws `not_found`, also for usage of somebody else. */
export async function explainUsage(desk: Desk, entry: string): Promise<ExplainedEntry> {
  requireRight(desk.caller, 'see-usage')
  const explained = await explainEntry(entry, {
    ledger: createClickHouseLedger(desk.clickhouse),
    directory: await directoryOf(desk),
    catalogueOf: (key) => archivedCatalogue(key, desk.folder),
  })
  if (isWithinReach(desk.caller, explained.row)) {
    return { ...explained, steps: stepsFor(desk.caller, explained.steps) }
  }
  throw new TikError('not_found', `there is no entry ${entry}`)
}
