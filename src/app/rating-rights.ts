/** The right to rate, for the commands that do; see src/postgres/rating-lease.ts. */
import { hostname } from 'node:os'
import { z } from 'zod'
import type { Ledger } from '../ledger/ledger.ts'
import { queryFile } from '../ledger/engine/query-file.ts'
import { takeRatingLease } from '../postgres/rating-lease.ts'
import type { RatingLease } from '../postgres/rating-lease.ts'
import type { Stores } from './stores.ts'

const ledgerIdQuery = queryFile()('ledger-id', z.object({ ledgerId: z.string() }))

/**
 * Throws `rating_busy`. Embedded operations belong to one process (decision 0001), so there is nobody
 * to agree with.
 */
export async function takeRatingRights(
  stores: Stores,
  /** Everybody but `tik run` needs it alone. */
  logKind: 'stream' | 'files',
  /** As a person writes it. */
  command: string,
): Promise<RatingLease> {
  if (stores.config.postgresUrl === undefined) return NOBODY_ELSE
  const [ledger] = await stores.clickhouse.query(ledgerIdQuery, {})
  return takeRatingLease(stores.operations, {
    ledgerId: ledger?.ledgerId ?? '',
    logKind,
    description: `${command} on ${hostname()}, process ${process.pid},`,
  })
}

/** The ledger, where each commit asks first whether it may. */
export function underLease(ledger: Ledger, lease: RatingLease): Ledger {
  return {
    ...ledger,
    async record(batch) {
      await lease.ensure()
      await ledger.record(batch)
    },
  }
}

const NOBODY_ELSE: RatingLease = {
  ensure: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}
