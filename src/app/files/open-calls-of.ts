/** What the sources of a data folder have open, and giving it up: a file of the log like any other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { archivedSource } from '../../files/archived-source.ts'
import { carriesOpen, givingUpSource } from '../../files/carry-open.ts'
import { chainKey, createOpenCalls, summaryOf, type OpenSummary } from '../../files/open-calls.ts'
import { listSourceFiles, type SourceFile } from '../../ledger/source-files.ts'
import { ingestInto } from './ingest-into.ts'
import type { Desk } from '../desk.ts'
import { requireOperator } from '../caller.ts'

export interface OpenCallsOfSource extends OpenSummary {
  readonly sourceId: string
  /** The record of the oldest one. */
  readonly oldest: string
}

export async function listOpenCalls(desk: Desk): Promise<OpenCallsOfSource[]> {
  requireOperator(desk.caller)
  const files = await listSourceFiles(desk.clickhouse)
  const openCalls = createOpenCalls(desk.folder.subfolder('archive'), () => Promise.resolve(files))
  const sources: OpenCallsOfSource[] = []
  for (const last of lastFiles(files)) {
    const pending = (await openCalls.after(last)).filter(({ isCounted }) => !isCounted)
    if (pending.length === 0) continue
    const [first] = pending.toSorted((left, right) => left.atMs - right.atMs)
    sources.push({ sourceId: last.sourceId, ...summaryOf(pending), oldest: first?.raw ?? '' })
  }
  return sources
}

/** Throws `usage_error` without a name or a reason, `not_found` for a source that has no such files. */
export async function giveUpOpenCalls(
  desk: Desk,
  request: {
    readonly source: string
    readonly hours: number
    readonly by: string
    readonly reason: string
    readonly clock?: Clock
  },
): Promise<{ givenUp: number; left: number }> {
  requireOperator(desk.caller)
  const { source: sourceId, hours, clock = systemClock } = request
  const [by, reason] = [request.by.trim(), request.reason.trim()]
  if (by === '' || reason === '') {
    throw new TikError('usage_error', 'giving up needs the name of a person and a reason')
  }
  const files = await listSourceFiles(desk.clickhouse)
  const last = lastFiles(files).find((file) => file.sourceId === sourceId)
  if (last === undefined) {
    throw new TikError('not_found', `source ${sourceId} has no file with calls over files`)
  }
  const nowMs = clock.nowMs()
  const beforeMs = nowMs - hours * HOUR_MS
  const source = archivedSource(last, desk.folder.subfolder('archive'))
  const folder = mkdtempSync(join(tmpdir(), 'tik-give-up-'))
  try {
    const atTime = new Date(nowMs).toISOString()
    const path = join(folder, `give-up-${sourceId}-${atTime.replaceAll(/\D/g, '')}.json`)
    const before = new Date(beforeMs).toISOString()
    writeFileSync(path, `${JSON.stringify({ giveUp: sourceId, before, by, reason, at: atTime })}\n`)
    let givenUp = 0
    let left = 0
    const sourceOf = () => givingUpSource(source, beforeMs)
    for await (const file of ingestInto(desk, [path], { sourceOf, clock })) {
      if (file.sourceId !== sourceId) continue // What an earlier run left unfinished.
      givenUp = file.tally?.rejected ?? 0
      left = file.open?.count ?? 0
    }
    return { givenUp, left }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const HOUR_MS = 3_600_000

/** The last file of each source whose records may belong to calls of earlier ones. */
function lastFiles(files: readonly SourceFile[]): SourceFile[] {
  const byChain = new Map<string, SourceFile>()
  for (const file of files) if (carriesOpen(file)) byChain.set(chainKey(file), file)
  return [...byChain.values()]
}
