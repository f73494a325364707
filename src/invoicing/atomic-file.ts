/** Files that are there whole or not at all: written under another name, synced, then renamed. */
import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface WrittenFile {
  readonly sha256: string
  readonly sizeBytes: number
}

/** Replaces what was there. Writing the same file from two processes at once is harmless. */
export async function writeFileAtomically(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<WrittenFile> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = join(dirname(path), `.${process.pid}-${(filesCount += 1)}.part`)
  const hash = createHash('sha256')
  let sizeBytes = 0
  const file = await open(temporary, 'w')
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk)
      hash.update(chunk)
      sizeBytes += chunk.byteLength
    }
    await file.sync()
    await file.close()
    await rename(temporary, path)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

let filesCount = 0
