import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { CHUNK_BYTES, readFileChunks, readFileHead } from './read-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-read-'))
const content = Buffer.from('a line of a CDR file\n'.repeat(100_000)) // Two chunks.

async function readAll(path: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(readFileChunks(path)))
}

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

test.each([
  ['plain.csv', content],
  ['right-name.csv.gz', gzipSync(content)],
  ['wrong-name.csv', gzipSync(content)],
  ['other.csv.zst', zstdCompressSync(content)],
  ['empty.csv', Buffer.alloc(0)],
])('%s is read whole, whatever its compression and name', async (name, bytes) => {
  const expected = name === 'empty.csv' ? bytes : content
  expect((await readAll(written(name, bytes))).equals(expected)).toBe(true)
})

test('chunks are bounded', async () => {
  for await (const chunk of readFileChunks(written('big.csv', content))) {
    expect(chunk.length).toBeLessThanOrEqual(CHUNK_BYTES)
  }
})

test('the head is the start of the decompressed content', async () => {
  const head = await readFileHead(written('head.gz', gzipSync(content)))
  expect(Buffer.from(head).equals(content.subarray(0, 65_536))).toBe(true)
})

test('a cut gzip file is an error that says what to do, not a shorter file', async () => {
  const cut = gzipSync(content).subarray(0, 500)
  await expect(readAll(written('cut.gz', cut))).rejects.toMatchObject({
    code: 'file_unreadable',
    hint: expect.stringContaining('again'),
  })
})

test('a missing file is named', async () => {
  await expect(readAll(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'file_missing' })
})
