/** One look at an installation, for `tik status` and for whoever wants it as JSON. */
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import type { StreamAdmin } from '../stream/stream.ts'
import { ledgerStatus } from './ledger-status.ts'
import type { LedgerPartition, LedgerStatus } from './ledger-status.ts'
import { operationsStatus } from './operations-status.ts'
import type { OperationsStatus } from './operations-status.ts'
import { streamStatus } from './stream-status.ts'
import type { StageTopics, StreamStatus } from './stream-status.ts'

export interface StatusReport {
  readonly stream: StreamStatus
  readonly ledger: LedgerStatus
  readonly operations: OperationsStatus
  /** Ledger rows that the alerts have not read yet. */
  readonly alertsLagCount: number
}

export interface StatusParts {
  readonly clickhouse: ClickHouseStore
  readonly operations: OperationsStore
  /** Absent when no stream is configured. */
  readonly openAdmin: (() => Promise<StreamAdmin>) | undefined
  readonly topics: StageTopics
  readonly nowMs: number
}

/** Throws only when a store is unavailable. */
export async function readStatus(parts: StatusParts): Promise<StatusReport> {
  const { openAdmin, topics } = parts
  const ledger = await ledgerStatus(parts.clickhouse, parts.nowMs)
  const operations = await operationsStatus(parts.operations)
  const stream: StreamStatus =
    openAdmin === undefined
      ? { state: 'not configured' }
      : await streamStatus(openAdmin, topics, ledger.partitions)
  return { stream, ledger, operations, alertsLagCount: alertsLag(ledger.partitions, operations) }
}

function alertsLag(
  partitions: readonly LedgerPartition[],
  { alertPositions }: OperationsStatus,
): number {
  const lags = partitions.map(({ logSource, logPartition, lastOffset }) =>
    Math.max(0, lastOffset + 1 - (alertPositions.get(`${logSource}/${logPartition}`) ?? 0)),
  )
  return lags.reduce((sum, lag) => sum + lag, 0)
}
