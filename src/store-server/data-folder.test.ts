import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'

const MODULE = new URL('./data-folder.ts', import.meta.url).href
function elsewhere(body: string) {
  const node = [process.execPath, '--input-type=module', '--eval', body]
  return spawnSync('unshare', ['--net', ...node], { encoding: 'utf8' })
}

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

test('a process of another network namespace, as of a second container, is refused too', async (context) => {
  const path = freshFolder()
  if (elsewhere('').status !== 0) context.skip('no network namespace can be made here')
  const open = `import { openDataFolder } from ${JSON.stringify(MODULE)}
    try { await openDataFolder(${JSON.stringify(path)}, 'tik run'); console.log('opened') }
    catch (error) { console.log(error.code, error.message) }`
  {
    await using _ = await openDataFolder(path, 'tik ingest')
    expect(elsewhere(open).stdout).toBe(
      `data_folder_busy ${path} is in use by another process, perhaps of another container\n`,
    )
  }
  expect(elsewhere(open).stdout).toBe('opened\n')
})

test("the lock of a killed owner is nobody's", async () => {
  const path = freshFolder()
  const body = `import { openDataFolder } from ${JSON.stringify(MODULE)}
    globalThis.kept = await openDataFolder(${JSON.stringify(path)}, 'tik run')
    process.kill(process.pid, 'SIGKILL')`
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', body])
  expect(signal).toBe('SIGKILL')
  await using second = await openDataFolder(path, 'tik totals')
  expect(second.path).toBe(path)
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
