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
