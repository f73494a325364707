/**
 * A member of a consumer group for as long as it is wanted. A client helps itself after most
 * failures, but gives up on what it takes for final, such as a coordinator that a broker which has
 * just started does not know yet; then its place is taken by a new client.
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface GroupMember<Client> {
  /** The client of the moment. */
  readonly client: Client
  close(): Promise<void>
}

export interface GroupMemberParts<Client> {
  readonly create: () => Client
  /** Connects, listens and joins; the client says with `ended` that it has given up. */
  readonly join: (client: Client, ended: (cause: unknown) => void) => Promise<unknown>
  readonly leave: (client: Client) => Promise<void>
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
export async function openGroupMember<Client>(
  parts: GroupMemberParts<Client>,
): Promise<GroupMember<Client>> {
  const closing = new AbortController()
  const pause = parts.sleep ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  let client = parts.create()
  let failedJoins = 0

  /** From its joining to its end, which brings the next one. */
  async function live(next: Client, isFirst: boolean): Promise<void> {
    let hasJoined = false
    let hasEnded = false
    const ended = (cause: unknown): void => {
      if (hasEnded) return // It may say so more than once.
      hasEnded = true
      parts.onFailure(cause)
      failedJoins = hasJoined ? 0 : failedJoins + 1
      if (failedJoins >= JOINS_IN_A_ROW_MAX) parts.onGivenUp(cause)
      else void replace(next)
    }
    try {
      await parts.join(next, ended)
      hasJoined = true
    } catch (cause) {
      if (isFirst && !hasEnded) throw cause
      ended(cause)
    }
  }

  async function replace(ended: Client): Promise<void> {
    await parts.leave(ended).catch(() => undefined)
    await pause(JOIN_AGAIN_MS, closing.signal).catch(() => undefined)
    if (closing.signal.aborted) return
    client = parts.create()
    await live(client, false)
  }

  await live(client, true)
  return {
    get client() {
      return client
    },
    close() {
      closing.abort()
      return parts.leave(client)
    },
  }
}
