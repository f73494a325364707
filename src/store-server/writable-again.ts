/** Waiting for room in a stream, with nothing left behind when it comes or never will. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Resolves when the stream takes more, or is closed and never will. Leaves no listener behind. */
export async function writableAgain(stream: Writable): Promise<void> {
  if (stream.destroyed) return
  const decided = new AbortController()
  const { signal } = decided
  const events = ['drain', 'close'].map((event) => once(stream, event, { signal }))
  try {
    await Promise.race(events)
  } finally {
    decided.abort()
    await Promise.allSettled(events)
  }
}
