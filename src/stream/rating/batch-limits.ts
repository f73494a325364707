/**
 * A worker that takes over a partition knows no balances and no usage ids. It begins with a batch so
 * small that it rates again within seconds, and each next one may be so much larger.
 */
export const FIRST_BATCH_ROWS = 1_000
const BATCH_GROWTH = 4

/** Records that the batch after `batchesCount` others may have. */
export function rowsOfBatch(batchesCount: number, limits: BatchLimits): number {
  return Math.min(limits.rowsMax, FIRST_BATCH_ROWS * BATCH_GROWTH ** batchesCount)
}

/** When a batch from the log is full. Whichever bound is met first closes it. */
export interface BatchLimits {
  /** Records in one ledger commit. */
  readonly rowsMax: number
  /** Bytes of messages in one batch; a single larger message is a batch of its own. */
  readonly bytesMax: number
  /** How long a record may wait for more. */
  readonly waitMsMax: number
}

export const BATCH_LIMITS: BatchLimits = {
  rowsMax: 50_000,
  bytesMax: 32 * 1024 * 1024,
  waitMsMax: 500,
}
