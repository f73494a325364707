/**
 * Every file that was taken in is kept, byte for byte, under its content hash: what was rated
 * can be rated again, and a half processed file is finished from here when the power comes back.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TikError } from '../core/errors.ts'
import { CHUNK_BYTES } from './read-file.ts'

/** A copy that is not in its place yet. */
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

/** Moves a staged file to its place. Atomic: the archived path holds the whole file or nothing. */
export async function archiveStagedFile(staged: StagedFile, archiveFolder: string): Promise<void> {
  await rename(staged.stagedPath, archivedPath(archiveFolder, staged))
}

export async function discardStagedFile(staged: StagedFile): Promise<void> {
  await rm(staged.stagedPath, { force: true })
}

/** By content first, so that the name of a supplier can neither clash nor lead outside. */
export function archivedPath(
  archiveFolder: string,
  file: { readonly contentHash: string; readonly name: string },
): string {
  const safeName = file.name.replaceAll(/[^\w.-]/g, '_').slice(-100)
  return join(archiveFolder, `${file.contentHash.slice(0, 16)}-${safeName}`)
}
