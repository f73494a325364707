/**
 * What each file of a source left open, for the next one. It follows from the archived files alone, so
 * what is kept beside them only saves reading them again: it may be missing, and it is written before
 * its file is finished.
 */
import { existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { z } from 'zod'
import type { SourceFile } from '../ledger/source-files.ts'
import { archivedPath, intactArchivedPath } from './file-archive.ts'
import { archivedSource } from './archived-source.ts'
import { carriesOpen, openCarryingDecoder, passesOpenCalls } from './carry-open.ts'
import type { PendingCall } from '../ingest/format.ts'
import { readFileChunks } from '../ingest/reading/read-file.ts'

export interface OpenCalls {
  /** What the files before this one left open. */
  before(file: SourceFile): Promise<readonly PendingCall[]>
  /** What this file left open, all of it read. */
  after(file: SourceFile): Promise<readonly PendingCall[]>
  keep(file: SourceFile, pending: readonly PendingCall[]): Promise<void>
}

/** Calls and sessions that wait for a later file of their source. */
export interface OpenSummary {
  readonly count: number
  /** Time of the first of them; 0 when none is known. */
  readonly sinceMs: number
}

/** For a person: how many wait, and since when. */
export function summaryOf(pending: readonly PendingCall[]): OpenSummary {
  const waiting = pending.filter(({ isCounted }) => !isCounted)
  const times = waiting.map(({ atMs }) => atMs).filter((atMs) => atMs > 0)
  return {
    count: waiting.length,
    sinceMs: times.reduce((least, at) => Math.min(least, at), times[0] ?? 0),
  }
}

export function createOpenCalls(
  archiveFolder: string,
  list: () => Promise<readonly SourceFile[]>,
): OpenCalls {
  const keep = (file: SourceFile, pending: readonly PendingCall[]) =>
    writeKept(keptOpenPath(file, archiveFolder), file, pending)

  async function after(last: SourceFile): Promise<readonly PendingCall[]> {
    const chain = chainTo(last, await list())
    const unread: SourceFile[] = []
    let pending: readonly PendingCall[] = []
    for (const file of chain.reverse()) {
      const kept = readKept(keptOpenPath(file, archiveFolder), file)
      if (kept !== undefined) {
        pending = kept
        break
      }
      unread.unshift(file)
    }
    for (const file of unread) {
      const source = archivedSource(file, archiveFolder)
      // Files of builds that carried nothing of this format: there may be thousands.
      if (passesOpenCalls(source)) continue
      const decoder = openCarryingDecoder(source, file, pending)
      for await (const chunk of readFileChunks(await intactArchivedPath(archiveFolder, file))) {
        decoder.push(chunk, ignore)
      }
      decoder.end(ignore)
      pending = decoder.pendingCalls?.() ?? []
      await keep(file, pending)
    }
    return pending
  }

  return {
    after,
    keep,
    async before(file) {
      if (!carriesOpen(file)) return []
      const previous = chainTo(file, await list()).at(-2)
      return previous === undefined ? [] : after(previous)
    },
  }
}

/** Files of one source and format follow each other; those of other formats stand alone. */
export function chainKey(file: Pick<SourceFile, 'sourceId' | 'format'>): string {
  return `${file.format} ${file.sourceId}`
}

/** The files of its chain up to this one, in the order of the log. */
function chainTo(last: SourceFile, files: readonly SourceFile[]): SourceFile[] {
  return files
    .filter((file) => chainKey(file) === chainKey(last) && file.number <= last.number)
    .sort((left, right) => left.number - right.number)
}

const headerSchema = z.object({ file: z.int(), count: z.int() })
const pendingSchema = z.object({
  key: z.string(),
  raw: z.string(),
  atMs: z.number(),
  fields: z.record(z.string(), z.string()),
  isCounted: z.boolean(),
  isCarried: z.boolean(),
})

/** Where what a file left open is kept. */
export function keptOpenPath(file: SourceFile, archiveFolder: string): string {
  return `${archivedPath(archiveFolder, file)}.open.ndjson`
}

const CALLS_PER_WRITE = 1_000

/** There whole or not at all. */
async function writeKept(
  path: string,
  file: SourceFile,
  pending: readonly PendingCall[],
): Promise<void> {
  const part = `${path}.part`
  const output = await open(part, 'w')
  try {
    await output.appendFile(`${JSON.stringify({ file: file.number, count: pending.length })}\n`)
    for (let from = 0; from < pending.length; from += CALLS_PER_WRITE) {
      const calls = pending.slice(from, from + CALLS_PER_WRITE)
      await output.appendFile(calls.map((call) => `${JSON.stringify(call)}\n`).join(''))
    }
    await output.sync()
  } finally {
    await output.close()
  }
  await rename(part, path)
}

/** undefined when there is none. */
function readKept(path: string, file: SourceFile): readonly PendingCall[] | undefined {
  if (!existsSync(path)) return undefined
  const [header = '', ...lines] = readFileSync(path, 'utf8').split('\n')
  const { file: number, count } = headerSchema.parse(JSON.parse(header))
  if (number !== file.number || lines.length !== count + 1) return undefined
  return lines.slice(0, count).map((line) => pendingSchema.parse(JSON.parse(line)))
}

function ignore(): void {}
