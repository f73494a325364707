/**
 * Every file that was taken in is kept, byte for byte, under its content hash: what was rated
 * can be rated again, and a half processed file is finished from here when the power comes back.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TikError } from '../core/failures/errors.ts'
import { readContent } from '../ingest/reading/file-content.ts'
import type { FileContent } from '../ingest/reading/file-content.ts'
import { CHUNK_BYTES, openRegularFile } from '../ingest/reading/read-file.ts'
import type { ReadOptions } from '../ingest/reading/read-file.ts'

/** A copy that is not in its place yet. */
export interface StagedFile {
  readonly name: string
  /** Of the content after unpacking: the identity of the file. */
  readonly contentHash: string
  /** Of the bytes as they came; what builds before took for the identity. */
  readonly packedHash: string
  readonly bytes: number
  readonly content: FileContent
  readonly stagedPath: string
}

/**
 * Copies a file into the archive folder and reads what it holds. Leaves nothing behind when it throws
 * `file_missing`, `file_unreadable`, or the signal's reason.
 */
export async function stageFile(
  path: string,
  archiveFolder: string,
  options: ReadOptions & { readonly prefixLengths?: readonly number[] } = {},
): Promise<StagedFile> {
  const stagedPath = join(archiveFolder, `staged-${randomUUID()}`)
  try {
    const { hash, bytes } = await copyFile(path, stagedPath, options.signal)
    const content = await readContent(stagedPath, options.prefixLengths ?? [], options)
    const name = basename(path)
    return { name, contentHash: content.hash, packedHash: hash, bytes, content, stagedPath }
  } catch (error) {
    await rm(stagedPath, { force: true })
    throw error
  }
}

/** As many bytes as it has at the beginning: one that grows meanwhile would have no end. */
async function copyFile(
  path: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<{ hash: string; bytes: number }> {
  await using file = await openRegularFile(path)
  const { size } = await file.stat()
  const hash = createHash('sha256')
  let bytes = 0
  async function* chunks(): AsyncGenerator<Uint8Array> {
    while (bytes < size) {
      signal?.throwIfAborted()
      const room = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - bytes))
      const { bytesRead } = await file.read(room, 0, room.length, bytes)
      if (bytesRead === 0) return // It became shorter.
      const chunk = room.subarray(0, bytesRead)
      hash.update(chunk)
      bytes += bytesRead
      yield chunk
    }
  }
  await pipeline(chunks, createWriteStream(to, { flush: true })) // On the disk, not on its way to it.
  return { hash: hash.digest('hex'), bytes }
}

/** Moves a staged file to its place. Atomic: the archived path holds the whole file or nothing. */
export async function archiveStagedFile(staged: StagedFile, archiveFolder: string): Promise<void> {
  await rename(staged.stagedPath, archivedPath(archiveFolder, staged))
}

export async function discardStagedFile(staged: StagedFile): Promise<void> {
  await rm(staged.stagedPath, { force: true })
}

/**
 * Waits until the names in the archive are on the disk too: what is registered after this is there
 * after a power cut.
 */
export async function syncArchive(archiveFolder: string): Promise<void> {
  await using folder = await open(archiveFolder, 'r')
  await folder.sync()
}

/**
 * The path of an archived file that still holds what was taken in. Throws `file_missing` or
 * `file_unreadable`: what a disk lost or changed must not be rated as if it had been sent.
 */
export async function intactArchivedPath(
  archiveFolder: string,
  file: { readonly contentHash: string; readonly name: string },
): Promise<string> {
  const path = archivedPath(archiveFolder, file)
  const hint = 'get it back from a backup, under the same name'
  if (!existsSync(path)) {
    throw new TikError('file_missing', `${path} is no longer in the archive`, { hint })
  }
  if ((await hashOfBytes(path)) === file.contentHash) return path // Not packed, or of a build before.
  if ((await readContent(path, [])).hash === file.contentHash) return path
  throw new TikError('file_unreadable', `${path} is not what was taken in`, { hint })
}

async function hashOfBytes(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    if (chunk instanceof Uint8Array) hash.update(chunk)
  }
  return hash.digest('hex')
}

/** By content first, so that the name of a supplier can neither clash nor lead outside. */
export function archivedPath(
  archiveFolder: string,
  file: { readonly contentHash: string; readonly name: string },
): string {
  const safeName = file.name.replaceAll(/[^\w.-]/g, '_').slice(-100)
  return join(archiveFolder, `${file.contentHash.slice(0, 16)}-${safeName}`)
}
