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
}

/** Between the end of a client that gave up and the next one. */
const JOIN_AGAIN_MS = 1_000

/** Throws what the first client throws; later ones are tried until one joins. */
export async function openKafkajsMember(parts: KafkajsMemberParts): Promise<KafkajsMember> {
  const closing = new AbortController()
  let consumer = parts.create()

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
    await sleep(JOIN_AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined)
    if (closing.signal.aborted) return
    const next = parts.create()
    consumer = next
    try {
      await join(next)
    } catch (cause) {
      parts.onFailure(cause)
      if (next === consumer) void replace(next)
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
