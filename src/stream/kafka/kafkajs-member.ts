/**
 * A member of a consumer group for as long as it is wanted. kafkajs restarts itself after most
 * failures, but gives up on what it takes for final, such as a coordinator that a broker which has
 * just started does not know yet; then its place is taken by a new client.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer } from 'kafkajs'

export interface KafkajsMember {
  /** The client of the moment. */
  readonly consumer: Consumer
  close(): Promise<void>
}

export interface KafkajsMemberParts {
  readonly create: () => Consumer
  /** Listens, subscribes and runs; called for each client, connected. */
  readonly join: (consumer: Consumer) => Promise<void>
  readonly onFailure: (cause: unknown) => void
  /** No client joined for so long that somebody must look: the stage should end. */
  readonly onGivenUp: (cause: unknown) => void
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** Between the end of a client that gave up and the next one. */
const JOIN_AGAIN_MS = 1_000
/** Clients that fail to join, one after the other: as long as a store is waited for (`STORE_RETRY`). */
export const JOINS_IN_A_ROW_MAX = 600

/** Throws what the first client throws; later ones are tried, `JOINS_IN_A_ROW_MAX` in a row. */
export async function openKafkajsMember(parts: KafkajsMemberParts): Promise<KafkajsMember> {
  const closing = new AbortController()
  const pause = parts.sleep ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  let consumer = parts.create()
  let failedJoins = 0

  async function join(client: Consumer): Promise<void> {
    client.on('consumer.crash', ({ payload }) => {
      parts.onFailure(payload.error)
      if (!payload.restart && client === consumer) void replace(client)
    })
    await client.connect()
    await parts.join(client)
  }

  async function replace(ended: Consumer): Promise<void> {
    await ended.disconnect().catch(() => undefined)
    await pause(JOIN_AGAIN_MS, closing.signal).catch(() => undefined)
    if (closing.signal.aborted) return
    const next = parts.create()
    consumer = next
    try {
      await join(next)
      failedJoins = 0
    } catch (cause) {
      parts.onFailure(cause)
      failedJoins += 1
      if (failedJoins >= JOINS_IN_A_ROW_MAX) parts.onGivenUp(cause)
      else if (next === consumer) void replace(next)
    }
  }

  await join(consumer)
  return {
    get consumer() {
      return consumer
    },
    close() {
      closing.abort()
      return consumer.disconnect()
    },
  }
}
