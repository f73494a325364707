/** What the check before billing asks of the ledger, beside what an invoice is made of. */
import { z } from 'zod'
import { ifExact } from '../../core/money/beyond-exact.ts'
import { microsFromDecimal, type Micros } from '../../core/money/money.ts'
import { listRejects, type RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { RejectFilter } from '../../corrections/suspense/reject-filter.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile } from '../../ledger/engine/query-file.ts'
import { listSourceFiles, type SourceFile } from '../../ledger/source-files.ts'

/** A source and the usage of a range that it brought. */
export interface SourceActivity {
  readonly sourceId: string
  readonly firstStartedMs: number
  readonly lastStartedMs: number
  readonly count: number
  /** undefined where the sum is beyond what is exact. */
  readonly chargeMicros: Micros | undefined
  /** It came, or part of it, as files. */
  readonly isOfFiles: boolean
}

export interface RateCharge {
  readonly rateId: string
  readonly callType: string
  readonly count: number
  readonly chargeMicros: Micros | undefined
}

/** Usage of a call type that was charged less than it cost us. */
export interface UsageBelowCost {
  readonly callType: string
  readonly count: number
  readonly accountsCount: number
  readonly firstAccountId: string
  readonly chargeMicros: Micros | undefined
  readonly costMicros: Micros | undefined
}

export interface InstantRange {
  readonly fromMs: number
  readonly toMs: number
}

export interface CheckLedger {
  /** By reason, as `tik rejects list` tells them: the same counts and the same estimate. */
  rejects(filter: RejectFilter, nowMs: number): Promise<RejectGroup[]>
  sources(started: InstantRange): Promise<SourceActivity[]>
  /** Files of the embedded log, by number. */
  files(): Promise<SourceFile[]>
  /** What the records of these files were charged together. */
  chargeOfFiles(fileNumbers: readonly number[]): Promise<Micros | undefined>
  /** Of everybody, in the periods that begin on these days. */
  rateCharges(periodStartDays: readonly number[]): Promise<RateCharge[]>
  /** The same, of what was sold below cost out of bundles. */
  belowCost(periodStartDays: readonly number[]): Promise<UsageBelowCost[]>
}

export function createCheckLedger(store: ClickHouseStore): CheckLedger {
  return {
    rejects: (filter, nowMs) => listRejects(store, nowMs, filter),
    sources: (started) => store.query(sourcesQuery, { ...started }),
    files: () => listSourceFiles(store),
    chargeOfFiles: async (fileNumbers) => {
      const [row] = await store.query(fileChargesQuery, { fileNumbers })
      return row?.chargeMicros
    },
    rateCharges: (periodStartDays) => store.query(rateChargesQuery, { periodStartDays }),
    belowCost: (periodStartDays) => store.query(belowCostQuery, { periodStartDays }),
  }
}

const chargeMicros = z.string().transform((text) => ifExact(() => microsFromDecimal(text)))

const sourcesQuery = queryFile<{ fromMs: number; toMs: number }>()(
  'invoice-sources',
  z.object({
    sourceId: z.string(),
    firstStartedMs: exactInteger,
    lastStartedMs: exactInteger,
    count: exactInteger,
    chargeMicros,
    isOfFiles: z.coerce.boolean(),
  }),
)

const fileChargesQuery = queryFile<{ fileNumbers: readonly number[] }>()(
  'check-file-charges',
  z.object({ chargeMicros }),
)

const rateChargesQuery = queryFile<{ periodStartDays: readonly number[] }>()(
  'check-rate-charges',
  z.object({ rateId: z.string(), callType: z.string(), count: exactInteger, chargeMicros }),
)

const belowCostQuery = queryFile<{ periodStartDays: readonly number[] }>()(
  'check-below-cost',
  z.object({
    callType: z.string(),
    count: exactInteger,
    accountsCount: exactInteger,
    firstAccountId: z.string(),
    chargeMicros,
    costMicros: chargeMicros,
  }),
)
