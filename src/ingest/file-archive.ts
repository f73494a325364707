/**
 * Every file that was taken in is kept, byte for byte, under its number in the log: what was rated
 * can be rated again, and a half processed file is finished from here when the power comes back.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TikError } from '../core/errors.ts'
import { CHUNK_BYTES } from './read-file.ts'

/** A copy that has no number yet. */
export interface StagedFile {
  readonly name: string
  readonly contentHash: string
  readonly bytes: number
  readonly stagedPath: string
}

/** Copies a file into the archive folder while hashing it. Throws `file_missing`. */
export async function stageFile(path: string, archiveFolder: string): Promise<StagedFile> {
  if (!existsSync(path)) throw new TikError('file_missing', `there is no file ${path}`)
  const stagedPath = join(archiveFolder, `staged-${process.pid}`)
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(
    createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    },
    createWriteStream(stagedPath),
  )
  return { name: basename(path), contentHash: hash.digest('hex'), bytes, stagedPath }
}

/** Gives a staged file its number. Atomic: the archived path holds the whole file or is not there. */
export async function archiveStagedFile(
  staged: StagedFile,
  archiveFolder: string,
  fileNumber: number,
): Promise<void> {
  await rename(staged.stagedPath, archivedPath(archiveFolder, fileNumber, staged.name))
}

export async function discardStagedFile(staged: StagedFile): Promise<void> {
  await rm(staged.stagedPath, { force: true })
}

export function archivedPath(archiveFolder: string, fileNumber: number, name: string): string {
  const safeName = name.replaceAll(/[^\w.-]/g, '_').slice(-100)
  return join(archiveFolder, `${String(fileNumber).padStart(6, '0')}-${safeName}`)
}
