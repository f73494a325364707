/** `tik export | head -1`: whoever stops reading has what they wanted. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-closed-pipe-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const LAUNCHER = join(import.meta.dirname, '..', 'bin', 'tik.mjs')
/** Far more than a pipe holds, so that the export is still at work when its reader leaves. */
const RECORDS = 20_000

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  const file = join(folder, 'Master.csv')
  const call = { from: '0201234567', to: '0612340000', start: '2026-10-01 10:00:00', billsec: 60 }
  const lines = Array.from({ length: RECORDS }, (_, index) =>
    asteriskLine({ ...call, uniqueid: `1790000000.${index}` }),
  )
  writeFileSync(file, `${lines.join('\n')}\n`)
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  const tik = createCommandLine(folder, environment)
  await tik.here(['accounts', 'import', accounts])
  const taken = await tik.here(['ingest', file, '--format', 'asterisk'])
  expect(taken).toMatchObject({ status: 0 })
}, 60_000)

test.each(['csv', 'jsonl', 'parquet'])(
  'leaving an export as %s ends it with 0 and in silence',
  async (format) => {
    const parameters = ['export', '--period', '2026-10', '--format', format, '--dir', folder]
    const tik = spawn(process.execPath, [LAUNCHER, ...parameters], {
      env: { ...process.env, ...environment },
    })
    let complaints = ''
    tik.stderr.on('data', (piece: Buffer) => (complaints += piece.toString('utf8')))
    const ended = once(tik, 'exit')
    const [first] = (await once(tik.stdout, 'data')) as [Buffer]
    tik.stdout.destroy()
    expect(first.length).toBeGreaterThan(0)
    expect([await ended, complaints]).toEqual([[0, null], ''])
  },
)
