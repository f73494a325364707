/**
 * What a file holds after unpacking: its identity, since suppliers pack the same content in different
 * ways, and the hashes of its beginnings, by which a file that has grown is known.
 */
import { createHash } from 'node:crypto'
import { readFileChunks } from './read-file.ts'
import type { ReadOptions } from './read-file.ts'

export interface FileContent {
  /** SHA-256 of the content, hex. */
  readonly hash: string
  readonly bytes: number
  /** Of those lengths that were asked for and that it has: hash of the content up to there. */
  readonly prefixHashes: ReadonlyMap<number, string>
  /** The first bytes, for telling files apart without reading them. */
  readonly head: string
}

const HEAD_BYTES = 256

/** `prefixLengths` ascending. Throws what reading throws. */
export async function readContent(
  path: string,
  prefixLengths: readonly number[],
  options: ReadOptions = {},
): Promise<FileContent> {
  const hash = createHash('sha256')
  const prefixHashes = new Map<number, string>()
  let bytes = 0
  let next = 0
  let head: Uint8Array = Buffer.alloc(0)
  for await (const chunk of readFileChunks(path, options)) {
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES)
    let from = 0
    for (let length = prefixLengths[next]; length !== undefined; length = prefixLengths[next]) {
      if (length > bytes + chunk.length) break
      hash.update(chunk.subarray(from, length - bytes))
      from = length - bytes
      prefixHashes.set(length, hash.copy().digest('hex'))
      next += 1
    }
    hash.update(chunk.subarray(from))
    bytes += chunk.length
  }
  const text = Buffer.from(head).toString('base64')
  return { hash: hash.digest('hex'), bytes, prefixHashes, head: text }
}

/** Whether two contents may begin alike, as far as their heads say it. */
export function headsAgree(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'base64'), Buffer.from(right, 'base64')]
  const length = Math.min(one.length, other.length)
  return one.subarray(0, length).equals(other.subarray(0, length))
}
