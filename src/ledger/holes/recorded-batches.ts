/** Commits by log partition, from the journal: which commit an offset belonged to. */
import type { LogPartition } from '../../core/usage/ledger-row.ts'
import { z } from 'zod'
import type { ClickHouseStore } from '../engine/clickhouse-store.ts'
import { NUMBERED_LOGS, type RecordedState } from './find-holes.ts'
import { exactInteger, queryFile } from '../engine/query-file.ts'
import {
  readJournal,
  type JournalBatch,
  type JournalEvent,
  type RecordingJournal,
} from './recording-journal.ts'
import { listSourceFiles } from '../source-files.ts'

export type BatchesOfLogs = ReadonlyMap<string, readonly JournalBatch[]>

/** By `source/partition`, by offset. A batch takes the place of what was recorded there before. */
export function batchesOf(events: readonly JournalEvent[]): BatchesOfLogs {
  const found = new Map<string, JournalBatch[]>()
  for (const event of events) {
    if (event.event !== 'batch') continue
    const key = `${event.source}/${event.partition}`
    const before = (found.get(key) ?? []).filter((one) => one.firstOffset < event.firstOffset)
    found.set(key, [...before, event])
  }
  return found
}

const batchesQuery = queryFile<{ sources: readonly string[]; source: string; partition: number }>()(
  'recorded-batches',
  z.object({
    source: z.string(),
    partition: exactInteger,
    firstOffset: exactInteger,
    rowsCount: exactInteger,
    batchId: exactInteger,
    recordedMs: exactInteger,
    catalogueHash: z.string(),
  }),
)

const finishedQuery = queryFile()(
  'finished-files',
  z.object({ number: exactInteger, recordsCount: exactInteger, recordedMs: exactInteger }),
)

/** More partitions than this are asked for at once, all together. */
const PARTITIONS_ASKED_MAX = 20

/**
 * Notes what the ledger has and the journal has not: everything after an upgrade, the last commit when
 * a process was killed right after it.
 */
export async function catchUpJournal(
  store: ClickHouseStore,
  state: Pick<RecordedState, 'positions'>,
  journal: RecordingJournal,
): Promise<void> {
  const events = readJournal(journal.path)
  journal.note([
    ...(await missingFileEvents(store, events)),
    ...(await missingBatches(store, state, batchesOf(events))),
  ])
}

async function missingBatches(
  store: ClickHouseStore,
  { positions }: Pick<RecordedState, 'positions'>,
  known: BatchesOfLogs,
): Promise<JournalEvent[]> {
  const behind = positions.filter((position) => {
    const last = known.get(`${position.source}/${position.partition}`)?.at(-1)
    const nextOffset = last === undefined ? 0 : last.firstOffset + last.rowsCount
    return NUMBERED_LOGS.has(position.source) && nextOffset <= position.lastOffset
  })
  const asked: LogPartition[] =
    behind.length > PARTITIONS_ASKED_MAX ? [{ source: '', partition: 0 }] : behind
  const names = new Set(behind.map(({ source, partition }) => `${source}/${partition}`))
  const found: JournalEvent[] = []
  for (const { source, partition } of asked) {
    const rows = await store.query(batchesQuery, {
      sources: Array.from(NUMBERED_LOGS),
      source,
      partition,
    })
    for (const row of rows) {
      if (names.has(`${row.source}/${row.partition}`)) found.push({ event: 'batch', ...row })
    }
  }
  return found
}

async function missingFileEvents(
  store: ClickHouseStore,
  events: readonly JournalEvent[],
): Promise<JournalEvent[]> {
  const registered = new Set<number>()
  const finished = new Set<number>()
  for (const event of events) {
    if (event.event === 'registered') registered.add(event.number)
    if (event.event === 'finished') finished.add(event.number)
  }
  const files = await listSourceFiles(store)
  const ended = await store.query(finishedQuery, {})
  return [
    ...files
      .filter(({ number, name }) => !registered.has(number) && name !== '')
      .map((file): JournalEvent => {
        const { recordsCount: _count, finished: _finished, registeredMs, ...rest } = file
        return { event: 'registered', ...rest, recordedMs: registeredMs }
      }),
    ...ended
      .filter(({ number }) => !finished.has(number))
      .map((end): JournalEvent => ({ event: 'finished', ...end })),
  ]
}
