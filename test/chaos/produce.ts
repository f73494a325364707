/**
 * The sources of an installation under test. They repeat themselves, in the same partition and in
 * others, and the records of one account go to any partition, so that nothing comes in order.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../seeded-random.ts'
import { cdrLines } from '../stream-world.ts'
import type { Installation } from './installation.ts'
import { ACCOUNTS } from './lab.ts'

const RECORDS_PER_SECOND = 70
const LINES_PER_MESSAGE = 5
const TURN_MS = 200
/** Of the messages: sent once more, under another key, so that it lies in any partition. */
const REPEATED_CHANCE = 0.06
/** Of the records: they come again in a message of a later turn. */
const LATE_DUPLICATE_CHANCE = 0.04
/** Of the turns: one record that no sum can hold, in the middle of a message of healthy ones. */
const ABSURD_CHANCE = 0.2
/** By satellite, at 14.95 for each megabyte. */
const ABSURD_BYTES = 9 * 10 ** 14
const SATELLITE = '901-05'

/** Ids of the records that the broker confirmed. */
export async function produce(
  { producer, prefix }: Installation,
  seed: number,
  forMs: number,
): Promise<Set<number>> {
  const random = seededRandom(seed ^ 0x2545)
  const confirmed = new Set<number>()
  const perTurn = Math.ceil((RECORDS_PER_SECOND * TURN_MS) / 1_000)
  let again: string[] = []
  const startedMs = performance.now()
  for (let turn = 0; turn < forMs / TURN_MS; turn += 1) {
    const from = turn * perTurn
    const fresh = cdrLines({ from, to: from + perTurn, seed: seed + from, accounts: ACCOUNTS })
    if (random() < ABSURD_CHANCE) makeAbsurd(fresh, Math.floor(random() * fresh.length))
    const messages = messagesOf([...fresh, ...again], random)
    again = fresh.filter(() => random() < LATE_DUPLICATE_CHANCE)
    try {
      await producer.send(`${prefix}cdr-mobile`, messages)
      for (let id = from; id < from + perTurn; id += 1) confirmed.add(id)
    } catch {
      // The broker is away: nobody knows what it took, so nothing is claimed.
    }
    // After an outage the turns that were missed come at once, as with a source that spools.
    await sleep(Math.max(0, startedMs + (turn + 1) * TURN_MS - performance.now()))
  }
  return confirmed
}

function makeAbsurd(lines: string[], index: number): void {
  const [id, , served, , start] = (lines[index] ?? '').split(';')
  lines[index] = [id, 'data', served, '', start, '0', ABSURD_BYTES, SATELLITE].join(';')
}

function messagesOf(lines: readonly string[], random: () => number) {
  const messages: { key: string; value: string }[] = []
  for (let at = 0; at < lines.length; at += LINES_PER_MESSAGE) {
    const value = lines.slice(at, at + LINES_PER_MESSAGE).join('\n')
    messages.push({ key: anyKey(random), value })
    if (random() < REPEATED_CHANCE) messages.push({ key: anyKey(random), value })
  }
  return messages
}

function anyKey(random: () => number): string {
  return String(Math.floor(random() * 1_000))
}
