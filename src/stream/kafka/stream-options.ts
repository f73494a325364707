/** How a cluster is reached, whichever client does it. */
import type { Log } from '../../core/watch/log.ts'

export interface StreamOptions {
  /** host:port of some brokers; the others are found through them. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** SASL/SCRAM-SHA-512 over TLS; no TLS without it. */
  readonly credentials?: { readonly username: string; readonly password: string }
  readonly log: Log
  /** Tries of an operation after the first; `RETRY` when left out. */
  readonly retriesMax?: number
}

export const CONNECT_TIMEOUT_MS = 5_000
/** Longer than the broker may let a member wait for a rebalance. */
export const REQUEST_TIMEOUT_MS = 30_000
/** About 20 seconds of trying before an operation fails; the stages try again above that. */
export const RETRY = { firstMs: 200, waitMsMax: 5_000, retriesMax: 7 }

/** Heartbeats in one session timeout; Kafka's own advice is at least three. */
export const HEARTBEATS_PER_SESSION = 5
/** A fetch may bring this many partitions' worth at once. */
export const FETCH_PARTITIONS_MAX = 8
