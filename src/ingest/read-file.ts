/**
 * A file as chunks of bytes, gzip and zstd undone by their first bytes (not by the name, which
 * suppliers get wrong). Constant memory, whatever the size.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { TikError } from '../core/errors.ts'

export const CHUNK_BYTES = 1_048_576
const HEAD_BYTES = 65_536

/** Decompressed content in chunks. Throws `file_unreadable` where the compression is damaged. */
export async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  const compression = await compressionOf(path)
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const plain = decompress(raw, compression)
  try {
    for await (const chunk of plain) {
      if (chunk instanceof Uint8Array) yield chunk
    }
  } catch (cause) {
    throw new TikError('file_unreadable', `${path} cannot be read to its end: ${String(cause)}`, {
      hint: 'ask for the file again; nothing after the damage was counted',
      cause,
    })
  } finally {
    raw.destroy()
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

/** By the first bytes. Throws `file_missing`. */
export async function compressionOf(path: string): Promise<Compression> {
  const file = await open(path).catch((cause: unknown) => {
    throw new TikError('file_missing', `${path} cannot be opened: ${String(cause)}`, { cause })
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip'
    if (bytesRead === 4 && buffer.readUInt32LE(0) === 0xfd2fb528) return 'zstd'
    return 'none'
  } finally {
    await file.close()
  }
}

function decompress(raw: Readable, compression: Compression): Readable {
  if (compression === 'none') return raw
  const engine = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  raw.on('error', (error) => engine.destroy(error))
  return raw.pipe(engine)
}
