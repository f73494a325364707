/**
 * What was recorded when, in lines of text beside the archive: each file with its number, each commit
 * of the logs that tik numbers itself. The ledger never needs it; when rows of the ledger are lost, it
 * says which they were, and with it the archive gives the same rows again (decision 0330).
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs'
import { z } from 'zod'
import { FILES_LOG } from '../../core/usage/ledger-row.ts'
import type { KnownPosition } from './find-holes.ts'

const batch = z.object({
  event: z.literal('batch'),
  source: z.string(),
  partition: z.int(),
  firstOffset: z.int(),
  rowsCount: z.int(),
  batchId: z.int(),
  recordedMs: z.int(),
  catalogueHash: z.string(),
})

const registered = z.object({
  event: z.literal('registered'),
  number: z.int(),
  name: z.string(),
  contentHash: z.string(),
  sourceId: z.string(),
  format: z.string(),
  bytes: z.int(),
  stream: z.string(),
  sequence: z.int(),
  sequenceMax: z.int(),
  recordedMs: z.int(),
})

const finished = z.object({
  event: z.literal('finished'),
  number: z.int(),
  recordsCount: z.int(),
  recordedMs: z.int(),
})

const journalEvent = z.discriminatedUnion('event', [batch, registered, finished])

export type JournalEvent = z.infer<typeof journalEvent>
export type JournalBatch = z.infer<typeof batch>
export type JournalFile = z.infer<typeof registered>

export interface RecordingJournal {
  readonly path: string
  /** After the ledger has it: what stands in the journal was recorded for certain. */
  note(events: readonly JournalEvent[]): void
}

/** Events of the end of the journal, enough to see that the newest rows are gone. */
const TAIL_BYTES = 65_536

export function openJournal(path: string): RecordingJournal {
  return {
    path,
    note(events) {
      if (events.length === 0) return
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
      appendFileSync(path, endsWhole(path) ? lines : `\n${lines}`)
    },
  }
}

/** Every event, in order; a line that was cut off by a power cut says nothing. */
export function readJournal(path: string): JournalEvent[] {
  return existsSync(path) ? eventsOf(readFileSync(path, 'utf8')) : []
}

/** How far the newest files and runs went: cheap however long the journal is. */
export function journalEnd(path: string): KnownPosition[] {
  return positionsOf(eventsOf(tailOf(path)))
}

/** How far files and runs went, as these events say. */
export function positionsOf(events: readonly JournalEvent[]): KnownPosition[] {
  return events.map((event) => {
    if (event.event === 'batch') {
      const { source, partition, firstOffset, rowsCount } = event
      return { source, partition, nextOffset: firstOffset + rowsCount }
    }
    const nextOffset = event.event === 'finished' ? event.recordsCount : 0
    return { source: FILES_LOG, partition: event.number, nextOffset }
  })
}

function eventsOf(text: string): JournalEvent[] {
  return text.split('\n').flatMap((line) => {
    const event = journalEvent.safeParse(parsed(line))
    return event.success ? [event.data] : []
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function tailOf(path: string): string {
  if (!existsSync(path)) return ''
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const length = Math.min(size, TAIL_BYTES)
    const bytes = Buffer.alloc(length)
    readSync(file, bytes, 0, length, size - length)
    return bytes.toString('utf8')
  } finally {
    closeSync(file)
  }
}

function endsWhole(path: string): boolean {
  if (!existsSync(path)) return true
  const tail = tailOf(path)
  return tail === '' || tail.endsWith('\n')
}
