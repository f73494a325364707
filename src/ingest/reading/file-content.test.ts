/** The identity of a file is what it holds, however it is packed. */
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
