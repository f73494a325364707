import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openClickHouse } from '../ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { copyTestOperations } from '../../test/doubles/test-operations.ts'
import { openDataFolder } from './data-folder.ts'

const umask = process.umask()
afterEach(() => void process.umask(umask))

const freshFolder = () => mkdtempSync(join(tmpdir(), 'tik-rights-'))

/** Every distinct `kind rights` in the folder, itself included. */
function rightsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const found = ['', ...names].map((name) => {
    const status = statSync(join(folder, name))
    return `${status.isDirectory() ? 'folder' : 'file'} ${(status.mode & 0o777).toString(8)}`
  })
  return [...new Set(found)].sort()
}

test.each([
  ['owner', ['file 600', 'folder 700']],
  ['group', ['file 640', 'folder 750']],
] as const)(
  'what lies there is mended, and what is made follows, for the %s',
  async (access, rights) => {
    process.umask(0)
    const folder = freshFolder()
    chmodSync(folder, 0o777)
    mkdirSync(join(folder, 'invoices', '2026'), { recursive: true })
    writeFileSync(join(folder, 'invoices', '2026', 'a.pdf'), '')
    await copyTestOperations(join(folder, 'operations'))
    chmodSync(join(folder, 'operations', 'PG_VERSION'), 0o666)
    {
      await using opened = await openDataFolder(folder, 'test', access)
      await using ledger = await openClickHouse({ folder: opened.subfolder('ledger') })
      await migrateClickHouse(ledger)
      writeFileSync(join(opened.subfolder('mails'), 'one.eml'), '')
    }
    const engineOwn = rightsIn(join(folder, 'ledger')).filter((one) => /[1-7]$/.test(one))
    expect(engineOwn).toEqual([]) // Nothing of the ledger is for everybody.
    for (const name of ['invoices', 'mails', 'operations']) {
      expect(rightsIn(join(folder, name))).toEqual(rights)
    }
    expect(statSync(folder).mode & 0o777).toBe(access === 'owner' ? 0o700 : 0o750)
  },
)

test('what the operations engine makes later with rights for everybody is mended at the next start', async () => {
  const folder = freshFolder()
  await (await openDataFolder(folder, 'first'))[Symbol.asyncDispose]()
  mkdirSync(join(folder, 'operations'))
  const file = join(folder, 'operations', 'segment')
  writeFileSync(file, '')
  chmodSync(file, 0o666)
  await using _ = await openDataFolder(folder, 'second')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
