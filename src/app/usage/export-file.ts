/**
 * An export into a file that appears whole or not at all. Until then it is NAME.part, and beside it stands up to
 * where that is whole: whoever is stopped or killed goes on there, when the same is asked for again.
 */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import type { Progress } from '../talk.ts'
import type { UsageExport } from '../../reports/export-usage.ts'

export interface ExportFile {
  readonly path: string
  /** What was asked for, in full: a part of something else is not gone on with. */
  readonly asked: string
  /** Whether the form lets a file be gone on with. */
  readonly continues: boolean
}

export interface ExportSource {
  /** The whole of it, or what starts before this moment. */
  open(beforeMs: number | undefined): Promise<UsageExport>
  readonly signal: AbortSignal
  /** How many rows were there from before, and of how many. */
  startProgress(total: number): Progress
}

/** Where a part is whole. */
const reached = z.object({
  asked: z.string(),
  bytes: z.int(),
  rowsCount: z.int(),
  fromMs: z.int(),
})
type Reached = z.output<typeof reached>

/** How many rows are in the file, and how many of them were there from before. Throws what aborts the signal. */
export async function writeExportFile(
  target: ExportFile,
  source: ExportSource,
): Promise<{ rowsCount: number; earlierCount: number }> {
  const partPath = `${target.path}.part`
  const before = target.continues ? reachedBefore(target) : undefined
  if (before === undefined) rmSync(placePath(target), { force: true })
  const usage = await source.open(before?.fromMs)
  const earlierCount = before?.rowsCount ?? 0
  let rowsCount = earlierCount
  const progress = source.startProgress(earlierCount + usage.rowsCount)
  {
    await using file = await open(partPath, before === undefined ? 'w' : 'r+')
    let bytes = before?.bytes ?? 0
    await file.truncate(bytes) // What came after the last whole place.
    for await (const part of usage.parts) {
      for await (const chunk of part.bytes) {
        source.signal.throwIfAborted()
        await writeAll(file, chunk, bytes)
        bytes += chunk.length
      }
      rowsCount += part.rowsCount
      progress.update(rowsCount, `${rowsCount} rows`)
      if (part.fromMs === undefined || !target.continues) continue
      await file.datasync()
      const place: Reached = { asked: target.asked, bytes, rowsCount, fromMs: part.fromMs }
      await writeFile(placePath(target), JSON.stringify(place))
    }
    await file.sync()
  }
  progress.stop()
  await rename(partPath, target.path)
  await rm(placePath(target), { force: true })
  return { rowsCount, earlierCount }
}

function placePath({ path }: ExportFile): string {
  return `${path}.part.json`
}

function reachedBefore(target: ExportFile): Reached | undefined {
  const path = placePath(target)
  const partPath = `${target.path}.part`
  if (!existsSync(path) || !existsSync(partPath)) return undefined
  const place = reached.safeParse(parsed(readFileSync(path, 'utf8')))
  if (!place.success || place.data.asked !== target.asked) return undefined
  return statSync(partPath).size >= place.data.bytes ? place.data : undefined
}

/** A kill can leave half of it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const rest = chunk.length - written
    written += (await file.write(chunk, written, rest, position + written)).bytesWritten
  }
}
