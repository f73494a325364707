import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { archivedPath, archiveStagedFile, discardStagedFile, stageFile } from './file-archive.ts'

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
