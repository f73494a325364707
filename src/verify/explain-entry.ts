/**
 * Why an amount is what it is: the account's entries are rated again up to the one asked for, which
 * restores the balances of that moment, and its price is then told step by step.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { TikError } from '../core/failures/errors.ts'
import { entryId } from '../core/usage/ids.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Explanation } from '../rating/rater.ts'
import { createReplay } from './replay.ts'
import { createUsageOfRow } from './usage-of-row.ts'

export interface ExplainedEntry {
  readonly row: LedgerRow
  readonly steps: Explanation['steps']
}

export interface ExplainParts {
  readonly ledger: Pick<Ledger, 'rows'>
  readonly directory: Directory
  readonly catalogueOf: (catalogueHash: string) => Promise<Catalogue>
}

/** `entry` is `source/partition/offset`. Throws `not_found` and, for a malformed one, `usage_error`. */
export async function explainEntry(entry: string, parts: ExplainParts): Promise<ExplainedEntry> {
  const target = await findEntry(entry, parts.ledger)
  if (target.outcome !== 'rated' || target.entryKind !== 'usage') {
    const kind = target.entryKind === 'usage' ? target.outcome : target.entryKind
    return { row: target, steps: [{ rule: target.reason || kind, text: target.detail }] }
  }
  const replay = createReplay(parts.directory, parts.catalogueOf)
  const usageOf = createUsageOfRow(parts.directory)
  for await (const rows of parts.ledger.rows({ accountId: target.accountId, outcome: 'rated' })) {
    for (const row of rows) {
      if (row.logSource !== target.logSource || row.entryKind !== 'usage') continue
      const usage = usageOf(row, await replay.useCatalogue(row.catalogueHash))
      replay.prepare([usage])
      if (entryId(row) === entry) {
        return { row: target, steps: replay.explain(usage, row.recordedMs) }
      }
      replay.rate(usage, row.recordedMs)
    }
  }
  throw new TikError('not_found', `${entry} is not among the entries of ${target.accountId}`)
}

async function findEntry(entry: string, ledger: Pick<Ledger, 'rows'>): Promise<LedgerRow> {
  const match = /^(.+)\/(\d+)\/(\d+)$/.exec(entry)
  if (match === null) {
    throw new TikError('usage_error', `"${entry}" names no ledger entry`, {
      hint: 'an entry is source/partition/offset, e.g. files/1/42; tik details --json shows them',
    })
  }
  const [, source = '', partition = '', offset = ''] = match
  const log = { source, partition: Number.parseInt(partition, 10) }
  for await (const rows of ledger.rows({ log })) {
    const found = rows.find((row) => row.logOffset === Number.parseInt(offset, 10))
    if (found !== undefined) return found
  }
  throw new TikError('not_found', `there is no ledger entry ${entry}`)
}
