import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { archivedPath, archiveStagedFile, discardStagedFile } from './file-archive.ts'
import { intactArchivedPath, stageFile } from './file-archive.ts'

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'tik-archive-'))
  const source = join(mkdtempSync(join(tmpdir(), 'tik-source-')), 'Master.csv')
  writeFileSync(source, 'one\ntwo\n')
  return { folder, source }
}

test('a file is archived byte for byte under its content', async () => {
  const { folder, source } = setUp()
  const staged = await stageFile(source, folder)
  expect(staged).toMatchObject({ name: 'Master.csv', bytes: 8 })
  expect(staged.contentHash).toBe(createHash('sha256').update('one\ntwo\n').digest('hex'))
  await archiveStagedFile(staged, folder)
  expect(readdirSync(folder)).toEqual([`${staged.contentHash.slice(0, 16)}-Master.csv`])
  expect(readFileSync(archivedPath(folder, staged), 'utf8')).toBe('one\ntwo\n')
})

test('the same content under another name has the same hash', async () => {
  const { folder, source } = setUp()
  const other = `${source}.copy`
  writeFileSync(other, 'one\ntwo\n')
  const first = await stageFile(source, folder)
  const second = await stageFile(other, folder)
  expect(second.contentHash).toBe(first.contentHash)
})

test('a discarded file leaves nothing behind', async () => {
  const { folder, source } = setUp()
  await discardStagedFile(await stageFile(source, folder))
  expect(readdirSync(folder)).toEqual([])
})

test('a hostile name stays inside the archive', () => {
  const hostile = { contentHash: '0123456789abcdef0', name: '../../etc/passwd\n' }
  expect(archivedPath('/archive', hostile)).toBe('/archive/0123456789abcdef-.._.._etc_passwd_')
})

test('a missing file is named', async () => {
  const { folder } = setUp()
  await expect(stageFile('/no/such.csv', folder)).rejects.toMatchObject({ code: 'file_missing' })
})

test('a large file is copied whole, whatever the length of its last piece', async () => {
  const { folder, source } = setUp()
  for (const length of [1_048_576, 2_500_000]) {
    const bytes = Buffer.alloc(length, 'abc\n')
    writeFileSync(source, bytes)
    const staged = await stageFile(source, folder)
    expect(staged.bytes).toBe(length)
    expect(staged.packedHash).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(readFileSync(staged.stagedPath).equals(bytes)).toBe(true)
  }
})

test('a stop while a file is copied leaves nothing behind', async () => {
  const { folder, source } = setUp()
  const signal = AbortSignal.abort(new Error('stopped by a person'))
  await expect(stageFile(source, folder, { signal })).rejects.toThrow('stopped by a person')
  expect(readdirSync(folder)).toEqual([])
})

test('an archived file is only read as what was taken in', async () => {
  const { folder, source } = setUp()
  writeFileSync(source, gzipSync('one\ntwo\n'))
  const staged = await stageFile(source, folder)
  await archiveStagedFile(staged, folder)
  const path = archivedPath(folder, staged)
  expect(await intactArchivedPath(folder, staged)).toBe(path)
  const before = { ...staged, contentHash: staged.packedHash } // Of a build that hashed the bytes.
  writeFileSync(archivedPath(folder, before), readFileSync(path))
  expect(await intactArchivedPath(folder, before)).toBe(archivedPath(folder, before))

  writeFileSync(path, 'one\nthree\n')
  await expect(intactArchivedPath(folder, staged)).rejects.toMatchObject({
    code: 'file_unreadable',
    message: expect.stringContaining('is not what was taken in'),
  })
  rmSync(path)
  await expect(intactArchivedPath(folder, staged)).rejects.toMatchObject({
    code: 'file_missing',
    hint: 'get it back from a backup, under the same name',
  })
})
