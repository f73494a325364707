/** Folders of sources on the command line: each file is taken once, and ends where it belongs. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestFolders } from '../src/app/files/ingest-folders.ts'
import { openTestDesk } from './test-desk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { tapFile } from './doubles/tap3-writer.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-folders-'))
const spool = join(folder, 'spool')
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }

beforeAll(() => copyTestOperations(join(folder, 'operations')))

function deliver(name: string, bytes: Buffer | string): void {
  mkdirSync(spool, { recursive: true })
  writeFileSync(join(spool, name), bytes)
}

/** A file of one SMS of the small company's SIM, from Germany. */
function tap(sequence: string, change: { charge?: number } = {}): Buffer {
  const sms = { kind: 'sms-mo', msisdn: '31612345678', charge: 5 } as const
  return tapFile([sms], { sequence, ...change })
}

function namesIn(path: string): string[] {
  return readdirSync(join(spool, path)).sort()
}

test('files end in done or quarantine, and a missing number is named', async () => {
  writeFileSync(
    join(folder, 'sources.yaml'),
    'sources: [{ sourceId: sims, format: tap3, folder: { path: spool, settleSeconds: 0 } }]',
  )
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  {
    await using desk = await openTestDesk(readConfig(folder, environment))
    await importAccounts(desk, accounts, { dryRun: false, atMs: Date.parse('2026-11-01') })
  }
  deliver('CD00042', tap('00042'))
  deliver('CD00042-again', tap('00042'))
  deliver('CD00044', tap('00044'))
  deliver('CD00045', tap('00045', { charge: 6 }))
  deliver('letter.txt', 'dear sir')

  const tik = createCommandLine(folder, environment)
  const { status, stdout } = tik.process('ingest', '--folders')
  expect(stdout).toMatch(/TAP:CD:\w+>\w+: 43 is missing/)
  expect(stdout).toContain('CD00042-again: was taken in before as CD00042')
  expect(stdout).toContain('CD00045: the audit charges 6, the events 5')
  expect(status).toBe(1)
  expect(namesIn('.').filter((name) => !name.startsWith('.'))).toEqual(['done', 'quarantine'])
  expect(namesIn('done')).toEqual(['CD00042', 'CD00042-again', 'CD00044'])
  expect(namesIn('quarantine')).toEqual([
    'CD00045',
    'CD00045.reason.txt',
    'letter.txt',
    'letter.txt.reason.txt',
  ])
  const reason = readFileSync(join(spool, 'quarantine', 'letter.txt.reason.txt'), 'utf8')
  expect(reason).toBe('it does not look like tap3\n')
}, 120_000)

test('a file that a killed run had taken in but not put away is known, and put away', async () => {
  await using desk = await openTestDesk(readConfig(folder, environment))
  deliver('CD00043', tap('00043'))
  const round = ingestFolders(desk, {})
  expect((await round.next()).value).toMatchObject({ name: 'CD00043', state: 'ingested' })
  await round.return(undefined)
  const [picked = ''] = namesIn('.').filter((name) => name.startsWith('.picked'))
  writeFileSync(join(spool, picked, 'CD00043'), tap('00043')) // As if it had not been moved yet.

  const again = await Array.fromAsync(ingestFolders(desk, {}))
  expect(again).toMatchObject([{ name: 'CD00043', state: 'known', problems: [] }])
  expect(namesIn('done')).toContain('CD00043~2')
  expect(namesIn(picked)).toEqual([])
}, 120_000)
