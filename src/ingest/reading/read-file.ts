/**
 * A file as chunks of bytes, gzip and zstd undone by their first bytes (not by the name, which
 * suppliers get wrong). Constant memory, whatever the size; only regular files, since a device or a
 * pipe has no end.
 */
import { constants, createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { TikError } from '../../core/failures/errors.ts'

export const CHUNK_BYTES = 1_048_576
const HEAD_BYTES = 65_536

/** How much a compressed file may become: a few kilobytes can stand for a full disk. */
export interface UnpackBounds {
  readonly unpackedBytesMax: number
  /** Unpacked to packed; only counts beyond `RATIO_FREE_BYTES`. */
  readonly ratioMax: number
}

/** Small files may be packed as well as they like. */
const RATIO_FREE_BYTES = 67_108_864

export interface ReadOptions {
  /** None for files that were measured when they were taken in. */
  readonly bounds?: UnpackBounds
  /** Ends the reading between two chunks with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Decompressed content in chunks. Throws `file_missing`, or `file_unreadable` where it may not be
 * read, is no regular file, or its compression is damaged or beyond the bounds.
 */
export async function* readFileChunks(
  path: string,
  { bounds, signal }: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const { compression, bytes: packedBytes } = await examine(path)
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const plain = decompress(raw, compression)
  let bytes = 0
  try {
    for await (const chunk of plain) {
      signal?.throwIfAborted()
      if (!(chunk instanceof Uint8Array)) continue
      bytes += chunk.length
      if (compression !== 'none' && bounds !== undefined) {
        checkBounds(path, { bytes, packedBytes }, bounds)
      }
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof TikError) throw cause
    throw new TikError('file_unreadable', `${path} cannot be read to its end: ${String(cause)}`, {
      hint: 'ask for the file again; nothing after the damage was counted',
      cause,
    })
  } finally {
    raw.destroy()
    plain.destroy()
  }
}

/** The first bytes of the decompressed content: for recognising the format. */
export async function readFileHead(path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of readFileChunks(path)) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= HEAD_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES)
}

type Compression = 'none' | 'gzip' | 'zstd'

/** By the first bytes. Throws like `readFileChunks`. */
export async function compressionOf(path: string): Promise<Compression> {
  return (await examine(path)).compression
}

/** Opens a regular file for reading; never waits for a pipe's other end. Throws like `readFileChunks`. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      throw notOpened(path, cause)
    },
  )
  const status = await file.stat()
  if (status.isFile()) return file
  await file.close()
  throw new TikError('file_unreadable', `${path} is no regular file`, {
    hint: 'devices, pipes, sockets and folders are not read; copy what they hold into a file',
  })
}

async function examine(path: string): Promise<{ compression: Compression; bytes: number }> {
  const file = await openRegularFile(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return { compression: compressionBy(buffer, bytesRead), bytes: size }
  } finally {
    await file.close()
  }
}

function compressionBy(first: Buffer, bytesRead: number): Compression {
  if (bytesRead >= 2 && first[0] === 0x1f && first[1] === 0x8b) return 'gzip'
  if (bytesRead === 4 && first.readUInt32LE(0) === 0xfd2fb528) return 'zstd'
  return 'none'
}

function notOpened(path: string, cause: unknown): TikError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = path.includes('\uFFFD') ? 'its name is not UTF-8: give it another one' : undefined
    const message = `there is no file ${path}`
    return new TikError('file_missing', message, hint === undefined ? { cause } : { hint, cause })
  }
  const hint = 'whoever runs tik must be allowed to read it'
  return new TikError('file_unreadable', `${path} cannot be opened: ${String(cause)}`, {
    hint,
    cause,
  })
}

function checkBounds(
  path: string,
  { bytes, packedBytes }: { bytes: number; packedBytes: number },
  { unpackedBytesMax, ratioMax }: UnpackBounds,
): void {
  const isTooDense = bytes > RATIO_FREE_BYTES && bytes > packedBytes * ratioMax
  if (bytes <= unpackedBytesMax && !isTooDense) return
  const [bound, setting] = isTooDense
    ? [`${ratioMax} times its size`, 'TIK_UNPACK_RATIO_MAX']
    : [`${unpackedBytesMax} bytes`, 'TIK_UNPACKED_BYTES_MAX']
  throw new TikError('file_unreadable', `${path} unpacks to more than ${bound}`, {
    hint: `nothing of it was counted; ${setting} sets the bound`,
  })
}

function decompress(raw: Readable, compression: Compression): Readable {
  if (compression === 'none') return raw
  const engine = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  raw.on('error', (error) => engine.destroy(error))
  return raw.pipe(engine)
}
