/** The identity of a file is what it holds, however it is packed. */
import { createHash } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { headsAgree, readContent } from './file-content.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-content-'))

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

test('packed and unpacked, a content has one identity', async () => {
  const text = 'a;1\nb;2\n'.repeat(100)
  const plain = await readContent(file('plain.csv', text), [])
  const packed = await readContent(file('packed.csv.gz', gzipSync(text)), [])
  expect(packed).toEqual(plain)
})

test('the beginning of a file that grew has the hash of what it was', async () => {
  const before = await readContent(file('day.csv', 'a;1\n'), [])
  const after = await readContent(file('day-later.csv', 'a;1\nb;2\n'), [before.bytes, 1_000])
  expect([...after.prefixHashes]).toEqual([[4, before.hash]])
  expect(headsAgree(before.head, after.head)).toBe(true)
})

test('beginnings are hashed wherever they end in the pieces that are read', async () => {
  const bytes = Buffer.alloc(2_500_000, 'a;1\n')
  const lengths = [4, 5, 1_048_576, 1_048_577, 2_097_152, 2_500_000, 2_500_001]
  const { prefixHashes, hash } = await readContent(file('large.csv', bytes), lengths)
  expect([...prefixHashes]).toEqual(
    lengths.slice(0, -1).map((length) => [length, sha256(bytes.subarray(0, length))]),
  )
  expect(hash).toBe(sha256(bytes))
})

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
