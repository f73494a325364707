/** One file in many forms on the command line: packed, grown, cut: each call is rated once. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { openTestDesk } from './test-desk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-growing-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const tik = createCommandLine(folder, environment)

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  writeFileSync(
    join(folder, 'sources.yaml'),
    'sources: [{ sourceId: pbx, format: asterisk, product: voip, homeCountry: NL, timeZone: Europe/Amsterdam }]',
  )
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  await using desk = await openTestDesk(readConfig(folder, environment))
  await importAccounts(desk, accounts, { dryRun: false, atMs: Date.parse('2026-11-01') })
}, 120_000)

/** A row without uniqueid: equal rows are two calls. */
function row(minute: number): string {
  const stamp = (second: string) => `2026-10-05 10:0${minute}:${second}`
  return (
    `"","+31201234567","0612345678","from-internal","","PJSIP/201-1","PJSIP/carrier-1","Dial","",` +
    `"${stamp('00')}","${stamp('05')}","${stamp('35')}",35,30,"ANSWERED","DOCUMENTATION"\n`
  )
}

interface Report {
  name: string
  state: string
  rated: number
  duplicate: number
  rejected: number
  problems: string[]
}

async function ingest(name: string, bytes: string | Buffer): Promise<Report> {
  const path = join(mkdtempSync(join(tmpdir(), 'tik-growing-')), name)
  writeFileSync(path, bytes)
  const { stdout } = await tik.here(['ingest', path, '--source', 'pbx', '--json'])
  const [report] = JSON.parse(stdout) as Report[]
  if (report === undefined) throw new Error(stdout)
  return report
}

const monday = row(1) + row(1) + row(2)
const half = row(3).slice(0, 120)

test('a file that grows, in any packing, has each call once, and verify agrees', async () => {
  expect(await ingest('Master.csv', monday + half)).toMatchObject({ rated: 3, rejected: 1 })
  expect(await ingest('Master.csv.gz', gzipSync(monday + half))).toMatchObject({ state: 'known' })
  expect(await ingest('Master-2.csv.gz', gzipSync(monday + row(3) + row(4)))).toMatchObject({
    rated: 2,
    duplicate: 3,
    rejected: 0,
    problems: ['goes on after what Master.csv had'],
  })
  const wednesday = monday + row(3) + row(4) + row(5)
  expect(await ingest('Master.csv', wednesday)).toMatchObject({ rated: 1, duplicate: 5 })
  expect(await ingest('Master.csv', wednesday.slice(0, 700))).toMatchObject({ state: 'known' })
  const { status, stdout } = await tik.here(['verify'])
  expect(stdout).toContain('no difference')
  expect(status).toBe(0)
}, 120_000)

test('devices and files that unpack without end are refused, and nothing is left behind', async () => {
  const path = join(folder, 'bomb.gz')
  writeFileSync(path, gzipSync(Buffer.alloc(80_000_000)))
  const good = join(folder, 'good.csv')
  writeFileSync(good, row(6))
  const { status, stdout } = await tik.here(['ingest', '--source', 'pbx', '/dev/zero', path, good])
  expect(status).toBe(1)
  expect(stdout).toContain('zero: /dev/zero is no regular file')
  expect(stdout).toMatch(/bomb\.gz: .* unpacks to more than 200 times its size/)
  expect(stdout).toMatch(/good\.csv +asterisk +new +1 +1 /)
  const left = readdirSync(join(folder, 'archive')).filter((name) => name.startsWith('staged'))
  expect(left).toEqual([])
}, 120_000)
