import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import { openFiles } from '../../../test/doubles/open-files.ts'
import { CHUNK_BYTES, compressionOf, readFileChunks, readFileHead } from './read-file.ts'

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

test('the head of a long file is read without the rest, and leaves it closed', async () => {
  const noise = randomBytes(3 * CHUNK_BYTES)
  const cut = gzipSync(Buffer.concat([content, noise])).subarray(0, -20)
  const path = written('cut-behind-its-head.csv.gz', cut)
  expect(content.subarray(0, 65_536).equals(await readFileHead(path))).toBe(true)
  expect(await compressionOf(path)).toBe('gzip')
  await expect.poll(() => openFiles().filter((name) => name === path)).toEqual([])
})

test('what is no regular file is not left open', async () => {
  const inner = mkdtempSync(join(folder, 'folder-'))
  await expect(compressionOf(inner)).rejects.toMatchObject({ code: 'file_unreadable' })
  expect(openFiles()).not.toContain(inner)
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

const MIB = 1_048_576

test.each([
  [
    'a pipe',
    () => {
      execFileSync('mkfifo', [join(folder, 'pipe')])
      return join(folder, 'pipe')
    },
  ],
  ['a device without an end', () => '/dev/zero'],
  ['a folder', () => folder],
])('%s is no file to read, and is said to be none at once', async (_what, pathOf) => {
  await expect(readAll(pathOf())).rejects.toMatchObject({
    code: 'file_unreadable',
    message: expect.stringContaining('is no regular file'),
  })
})

async function unpack(path: string, bounds: { unpackedBytesMax: number; ratioMax: number }) {
  let bytes = 0
  for await (const chunk of readFileChunks(path, { bounds })) bytes += chunk.length
  return bytes
}

test.each([
  ['gzip', gzipSync(Buffer.alloc(80 * MIB))],
  ['zstd', zstdCompressSync(Buffer.alloc(80 * MIB))],
])(
  'a %s file that unpacks beyond a bound is refused; small and plain ones are not',
  async (name, bomb) => {
    const path = written(`bomb.${name}`, bomb)
    const wide = { unpackedBytesMax: 100 * MIB, ratioMax: 100_000 }
    expect(await unpack(path, wide)).toBe(80 * MIB)
    await expect(unpack(path, { ...wide, ratioMax: 200 })).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('200 times its size'),
      hint: expect.stringContaining('TIK_UNPACK_RATIO_MAX'),
    })
    await expect(unpack(path, { ...wide, unpackedBytesMax: 10 * MIB })).rejects.toMatchObject({
      hint: expect.stringContaining('TIK_UNPACKED_BYTES_MAX'),
    })
    const plain = written('plain-large.csv', Buffer.alloc(11 * MIB))
    expect(await unpack(plain, { unpackedBytesMax: 10 * MIB, ratioMax: 1 })).toBe(11 * MIB)
  },
)

test('a file may unpack to exactly its bounds', async () => {
  const path = written('bounded.csv.gz', gzipSync(content))
  const bounds = { unpackedBytesMax: content.length, ratioMax: 1 }
  expect(await unpack(path, bounds)).toBe(content.length)
  const less = { ...bounds, unpackedBytesMax: content.length - 1 }
  await expect(unpack(path, less)).rejects.toMatchObject({ code: 'file_unreadable' })
  const dense = (bytes: number) => written('dense.gz', gzipSync(Buffer.alloc(bytes)))
  const wide = { unpackedBytesMax: 100 * MIB, ratioMax: 1 }
  expect(await unpack(dense(64 * MIB), wide)).toBe(64 * MIB)
  await expect(unpack(dense(64 * MIB + 1), wide)).rejects.toMatchObject({
    code: 'file_unreadable',
  })
})

test('the two bytes that begin a gzip file are one, cut off', async () => {
  expect(await compressionOf(written('two.gz', Buffer.from([0x1f, 0x8b])))).toBe('gzip')
  expect(await compressionOf(written('one', Buffer.from([0x1f])))).toBe('none')
  const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
  expect(await compressionOf(written('four.zst', zstd))).toBe('zstd')
  expect(await compressionOf(written('three.zst', zstd.subarray(0, 3)))).toBe('none')
})

test('a signal ends the reading between two chunks, with its reason', async () => {
  const stop = new AbortController()
  const chunks = readFileChunks(written('long.csv', Buffer.alloc(8 * MIB)), { signal: stop.signal })
  await chunks.next()
  const reason = new TikError('interrupted', 'stopped')
  stop.abort(reason)
  await expect(chunks.next()).rejects.toBe(reason)
})

const asRoot = process.getuid?.() === 0
const NOBODY = 65_534

test('a file that may not be read is named with what must change', ({ skip }) => {
  const path = written('closed.csv', content)
  chmodSync(folder, 0o755)
  chmodSync(path, 0)
  const script = `
    import { readFileHead } from '${join(process.cwd(), 'src/ingest/reading/read-file.ts')}'
    await readFileHead('${path}').then(() => console.log('read'), (e) => console.log(e.code, e.hint))`
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  })
  if (child.error !== undefined || child.status !== 0) {
    skip(`no process as another user can read the sources here: ${child.stderr.slice(0, 200)}`)
  }
  expect(child.stdout).toBe('file_unreadable whoever runs tik must be allowed to read it\n')
})
