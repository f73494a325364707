/** Files that are there whole or not at all: written under another name, synced, then renamed. */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface WrittenFile {
  readonly sha256: string
  readonly sizeBytes: number
}

const PART_NAME = /^(\d+)-\d+\.part$/

/**
 * Replaces what was there. Writing the same file from two processes at once is harmless. Parts are
 * kept in `partsFolder`, on the same file system.
 */
export async function writeFileAtomically(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  partsFolder: string = dirname(path),
): Promise<WrittenFile> {
  const part = join(partsFolder, `${process.pid}-${(partsCount += 1)}.part`)
  const hash = createHash('sha256')
  let sizeBytes = 0
  const file = await withFolder(partsFolder, () => open(part, 'w'))
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk)
      hash.update(chunk)
      sizeBytes += chunk.byteLength
    }
    await file.sync()
    await file.close()
    await withFolder(dirname(path), () => rename(part, path))
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

let partsCount = 0

/** The folder is made where it is not there: of all files but the first it is. */
async function withFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    await mkdir(folder, { recursive: true })
    return work()
  }
}

/** Removes the parts of processes that were killed. */
export async function sweepParts(partsFolder: string): Promise<void> {
  await mkdir(partsFolder, { recursive: true })
  for (const name of await readdir(partsFolder)) {
    const pid = Number.parseInt(PART_NAME.exec(name)?.[1] ?? '0', 10)
    if (pid > 0 && !isRunning(pid)) await rm(join(partsFolder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
