/**
 * The right to rate into a ledger. Balances are held in memory, so usage of one account must not be
 * rated from Kafka and from files at the same time, each would spend the same bundle. Workers over
 * Kafka share the right (their partitions keep accounts apart); files need it alone. It has a bounded
 * lifetime by the clock of PostgreSQL, so nobody waits for the dead.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { OperationsStore } from './operations-store.ts'

export interface RatingLease extends AsyncDisposable {
  /**
   * Before each commit. Renews what has run out; throws `rating_busy` when somebody else took it in
   * the meantime, because balances in memory are then worth nothing.
   */
  ensure(): Promise<void>
}

export interface RatingLeaseOptions {
  readonly ledgerId: string
  readonly logKind: 'stream' | 'files'
  /** Command, machine and process, for people. */
  readonly description: string
  readonly lifetimeMs?: number
  /** How often it is renewed without being asked; some times in its lifetime when left out. */
  readonly renewEveryMs?: number
}

/** How long the others wait for a holder that died. */
export const LEASE_LIFETIME_MS = 60_000
const RENEWALS_PER_LIFETIME = 4
/** A row that ran out is kept this long: its holder may come back and nobody was in between. */
const KEPT_MS = 3_600_000
const LEASE_LOCK = 811_040_190 // Two that ask at once take turns.

/** Throws `rating_busy`, which says who holds it. */
export async function takeRatingLease(
  store: OperationsStore,
  options: RatingLeaseOptions,
): Promise<RatingLease> {
  const lifetimeMs = options.lifetimeMs ?? LEASE_LIFETIME_MS
  const holderId = randomUUID()
  let validUntilMs = performance.now() + lifetimeMs
  await store.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LEASE_LOCK], z.unknown())
    const { ledgerId, logKind, description } = options
    await sql.execute(DELETE_ENDED, [ledgerId, logKind, KEPT_MS])
    const [holder] = await sql.query(HOLDERS, [ledgerId, logKind], holderRow)
    if (holder !== undefined) throw busy(holder)
    await sql.execute(INSERT, [holderId, ledgerId, logKind, description, lifetimeMs])
  })

  async function renew(): Promise<void> {
    const fromMs = performance.now()
    const count = await store.execute(RENEW, [holderId, lifetimeMs])
    if (count === 0) throw lost()
    validUntilMs = fromMs + lifetimeMs
  }

  const renewing = setInterval(
    () => {
      renew().catch(() => undefined) // `ensure` says so, if it still matters by then.
    },
    options.renewEveryMs ?? lifetimeMs / RENEWALS_PER_LIFETIME,
  )
  renewing.unref()
  return {
    async ensure() {
      if (performance.now() >= validUntilMs) await renew()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(renewing)
      // When the store is away the row runs out by itself.
      await store
        .execute('DELETE FROM rating_leases WHERE holder_id = $1', [holderId])
        .catch(() => undefined)
    },
  }
}

/** What ran out of others who exclude us: gone, so that its holder notices when it comes back. */
const DELETE_ENDED = `
  DELETE FROM rating_leases WHERE ledger_id = $1 AND expires_at <= now()
    AND (log_kind <> $2 OR $2 = 'files' OR expires_at <= now() - $3 * interval '1 millisecond')`

const HOLDERS = `
  SELECT description, to_char(expires_at AT TIME ZONE 'UTC', 'HH24:MI:SS') AS until
  FROM rating_leases WHERE ledger_id = $1 AND (log_kind <> $2 OR $2 = 'files')
  ORDER BY expires_at DESC LIMIT 1`

const INSERT = `
  INSERT INTO rating_leases (holder_id, ledger_id, log_kind, description, expires_at)
  VALUES ($1, $2, $3, $4, now() + $5 * interval '1 millisecond')`

const RENEW = `
  UPDATE rating_leases SET expires_at = now() + $2 * interval '1 millisecond'
  WHERE holder_id = $1`

const holderRow = z.object({ description: z.string(), until: z.string() })

function busy({ description, until }: z.output<typeof holderRow>): TikError {
  return new TikError('rating_busy', `${description} rates into this ledger`, {
    hint: `stop it or wait until it is done; if it has died, this is free at ${until} UTC`,
  })
}

function lost(): TikError {
  return new TikError('rating_busy', 'another process has rated into this ledger meanwhile', {
    hint: 'this one stood still for too long; start it again, it goes on where the ledger ends',
  })
}
