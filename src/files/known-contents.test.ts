/** What a new file is compared with, as it is kept beside the archive. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { readContent } from '../ingest/reading/file-content.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { archivedPath, type StagedFile } from './file-archive.ts'
import { openKnownContents } from './known-contents.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-known-'))
})

const CHAIN = { sourceId: 'pbx', format: 'usage' }

/** A file of the log with this content in the archive. */
async function archived(
  number: number,
  text: string,
  parts: Partial<SourceFile> = {},
): Promise<SourceFile> {
  const { hash: contentHash } = await contentOf(text)
  const file: SourceFile = {
    number,
    name: `file-${number}.csv`,
    contentHash,
    ...CHAIN,
    bytes: text.length,
    stream: '',
    sequence: -1,
    sequenceMax: 0,
    recordsCount: 1,
    finished: true,
    registeredMs: 0,
    ...parts,
  }
  writeFileSync(archivedPath(folder, file), text)
  return file
}

function contentOf(text: string, prefixLengths: readonly number[] = []) {
  const path = join(folder, 'content')
  writeFileSync(path, text)
  return readContent(path, prefixLengths)
}

async function staged(text: string, prefixLengths: readonly number[] = []): Promise<StagedFile> {
  const content = await contentOf(text, prefixLengths)
  const { hash, bytes } = content
  return { name: 'new.csv', contentHash: hash, packedHash: hash, bytes, content, stagedPath: '' }
}

test('what grows goes on after the longest file that it begins with, the first of equal ones', async () => {
  const files = [
    await archived(1, 'a\n'),
    await archived(2, 'a\nb\n'),
    await archived(3, 'a\nb\n'),
    await archived(4, 'a\nb\nc\n', { sourceId: 'other' }),
    await archived(5, 'a\nb\nc\n', { finished: false }),
    await archived(6, 'a\nx\n'),
    await archived(7, ''),
  ]
  const known = await openKnownContents(folder, files)
  expect(known.lengthsOf(CHAIN)).toEqual([2, 4])
  const grown = await staged('a\nb\nc\nd\n', [2, 4, 6])
  expect(known.continued(grown, CHAIN)?.number).toBe(2)
  expect(known.continued(await staged('a\nb\n', [2, 4]), CHAIN)?.number).toBe(1) // Not a file as long.
  expect(known.continued(await staged('z\nb\nc\n', [2, 4]), CHAIN)).toBeUndefined()
})

test('a beginning is in the newest file that has it; an empty file is the beginning of none', async () => {
  const files = [
    await archived(1, 'a\nb\n'),
    await archived(2, 'a\nb\nc\n'),
    await archived(3, 'a\nx\n'),
    await archived(4, 'a\nb\nc\nd\n', { format: 'asterisk' }),
  ]
  const known = await openKnownContents(folder, files)
  expect((await known.containing(await staged('a\n'), CHAIN))?.number).toBe(3)
  expect((await known.containing(await staged('a\nb\n'), CHAIN))?.number).toBe(2)
  expect(await known.containing(await staged('a\nb\nc\n'), CHAIN)).toBeUndefined() // As long.
  expect(await known.containing(await staged('b\n'), CHAIN)).toBeUndefined()
  expect(await known.containing(await staged(''), CHAIN)).toBeUndefined()
})

test('heads that agree are no proof: the rest of the file is compared too', async () => {
  const head = 'h'.repeat(300)
  const known = await openKnownContents(folder, [await archived(1, `${head}one and more`)])
  expect(await known.containing(await staged(`${head}two`), CHAIN)).toBeUndefined()
  expect((await known.containing(await staged(`${head}one`), CHAIN))?.number).toBe(1)
})

test('a file is known by its content, and of a build before by its packed bytes', async () => {
  const files = [await archived(1, 'a\n'), await archived(2, 'b\n', { contentHash: 'packed' })]
  const known = await openKnownContents(folder, files)
  expect(known.same(await staged('a\n'))?.number).toBe(1)
  expect(known.same({ ...(await staged('c\n')), packedHash: 'packed' })?.number).toBe(2)
  expect(known.same(await staged('b\n'))?.number).toBe(2)
  expect(known.same(await staged('c\n'))).toBeUndefined()
})

test('what is kept saves reading the archive; what is cut off or of another file is made anew', async () => {
  const files = [await archived(1, 'a\n'), await archived(2, 'b\n')]
  await openKnownContents(folder, files)
  const kept = join(folder, 'contents.ndjson')
  const lines = readFileSync(kept, 'utf8').split('\n')
  expect(lines).toHaveLength(3)
  await openKnownContents(folder, files)
  expect(readFileSync(kept, 'utf8').split('\n')).toEqual(lines)
  for (const file of files) rmSync(archivedPath(folder, file)) // Not needed any more.
  expect((await openKnownContents(folder, files)).same(await staged('b\n'))?.number).toBe(2)

  const changed = await archived(1, 'c\n')
  writeFileSync(kept, `${lines[0]}\n{}\n`)
  appendFileSync(kept, lines[1]?.slice(0, 20) ?? '')
  const again = await archived(2, 'b\n')
  const known = await openKnownContents(folder, [changed, again])
  expect(known.same(await staged('c\n'))?.number).toBe(1)
  expect(known.same(await staged('a\n'))).toBeUndefined()
  expect(known.same(await staged('b\n'))?.number).toBe(2)
})

test('a file that the archive has lost is known by its registered hash, and joined to none', async () => {
  const lost = await archived(1, 'a\nb\n')
  rmSync(archivedPath(folder, lost))
  const known = await openKnownContents(folder, [lost])
  expect(known.same(await staged('a\nb\n'))?.number).toBe(1)
  expect(known.lengthsOf(CHAIN)).toEqual([])
  expect(known.continued(await staged('a\nb\nc\n', [4]), CHAIN)).toBeUndefined()
  expect(await known.containing(await staged('a\n'), CHAIN)).toBeUndefined()
})

test('a file that was lost since its content was kept contains nothing', async () => {
  const lost = await archived(1, 'a\nb\n')
  await openKnownContents(folder, [lost])
  rmSync(archivedPath(folder, lost))
  const known = await openKnownContents(folder, [lost])
  expect(await known.containing(await staged('a\n'), CHAIN)).toBeUndefined()
})

test('a file that is added is known at once, and when it is opened again', async () => {
  const known = await openKnownContents(folder, [])
  const file = await archived(1, 'a\n')
  known.add(file, await contentOf('a\n'))
  expect(known.same(await staged('a\n'))?.number).toBe(1)
  expect(known.lengthsOf(CHAIN)).toEqual([2])
  rmSync(archivedPath(folder, file))
  const again = await openKnownContents(folder, [file])
  expect(again.lengthsOf(CHAIN)).toEqual([2])
})
