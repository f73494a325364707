import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'tik-folder-'))

test('a second owner of a data folder is refused and told who has it', async () => {
  const path = freshFolder()
  await using first = await openDataFolder(path, 'tik ingest')
  expect(first.subfolder('mails')).toBe(join(first.path, 'mails'))
  await expect(openDataFolder(path, 'tik totals')).rejects.toMatchObject({
    code: 'data_folder_busy',
    message: expect.stringContaining(`in use by tik ingest, process ${process.pid}`),
  })
})

test('the folder is free again when its owner has closed it', async () => {
  const path = freshFolder()
  await (await openDataFolder(path, 'tik ingest'))[Symbol.asyncDispose]()
  await using second = await openDataFolder(path, 'tik totals')
  expect(second.path).toBe(path)
})

test('two folders can be open at once', async () => {
  await using one = await openDataFolder(freshFolder(), 'one')
  await using two = await openDataFolder(freshFolder(), 'two')
  expect(one.path).not.toBe(two.path)
})
