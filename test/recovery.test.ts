/**
 * A ledger that a disk or a hand took rows from, through the command line: who reads is told, who bills
 * or records is refused, and `tik rebuild` brings back what was there.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { queryText } from '../src/ledger/engine/query-file.ts'
import { openOperations } from '../src/postgres/operations-store.ts'
import { noteRemoved } from '../src/retention/removed-files.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine, type CommandLine } from './command-line.ts'
import { damageParts, type Damage } from './damaged-ledger.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const ROOT = mkdtempSync(join(tmpdir(), 'tik-recovery-'))
const WHOLE = join(ROOT, 'whole')
const ENVIRONMENT = { TIK_CATALOGUE: 'fixtures/catalogue', TIK_BATCH_ROWS_MAX: '8' }
const FILES = 3
const CALLS_PER_FILE = 20
/** Longer than a command takes on a busy machine. */
const TEST_MS_MAX = 180_000

/** What a person sees of a ledger: both must come back as they were. */
interface Figures {
  readonly totals: string
  readonly export: string
}
let figures: Figures

beforeAll(async () => {
  await copyTestOperations(join(WHOLE, 'operations'))
  const tik = createCommandLine(WHOLE, ENVIRONMENT)
  const accounts = join(ROOT, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(SMALL_COMPANY))
  expect(await tik.here(['accounts', 'import', accounts])).toMatchObject({ status: 0 })
  for (let file = 1; file <= FILES; file += 1) {
    const path = join(ROOT, `Master-${file}.csv`)
    writeFileSync(path, callsOf(file))
    expect(await tik.here(['ingest', '--format', 'asterisk', path])).toMatchObject({
      stderr: 'Rejected records wait: `tik rejects list` shows them and why.\n',
    })
  }
  figures = await figuresOf(tik)
}, TEST_MS_MAX)

afterAll(() => rmSync(ROOT, { recursive: true, force: true }))

/** One call of each file is of a number that nobody has. */
function callsOf(file: number): string {
  const calls = Array.from({ length: CALLS_PER_FILE }, (_, index) =>
    asteriskLine({
      from: index === 9 ? '0209999999' : '0201234567',
      to: '0612340000',
      start: `2026-10-${String(file * 5 + (index % 5)).padStart(2, '0')} 1${index % 10}:00:00`,
      billsec: 30 + index * 7 + file,
      uniqueid: `17900000${file}${index}.${index}`,
    }),
  )
  return `${calls.join('\n')}\n`
}

async function figuresOf(tik: CommandLine): Promise<Figures> {
  const totals = await tik.here(['totals', '--by', 'call-type', '--period', '2026-10'])
  const exported = await tik.here(['export', '--period', '2026-10'])
  expect([totals.status, exported.status]).toEqual([0, 0])
  return { totals: totals.stdout, export: exported.stdout }
}

/** A copy of the whole folder to damage. */
function copyOf(name: string): { folder: string; tik: CommandLine } {
  const folder = join(ROOT, name)
  cpSync(WHOLE, folder, { recursive: true, verbatimSymlinks: true })
  return { folder, tik: createCommandLine(folder, ENVIRONMENT) }
}

async function damaged(
  damage: Damage,
  place = { source: 'files', partition: 2 },
): Promise<{ folder: string; tik: CommandLine }> {
  const copy = copyOf(`${damage}-${place.source}-${place.partition}-${Math.random()}`)
  await damageParts(join(copy.folder, 'ledger'), place, damage)
  return copy
}

test(
  'a whole ledger is opened without a word, and can be billed',
  async () => {
    const { tik } = copyOf('untouched')
    expect(await tik.here(['totals', '--period', '2026-10'])).toMatchObject({
      status: 0,
      stderr: '',
    })
    const { stdout } = await tik.here(['bill', 'check', '--period', '2026-10'])
    expect(stdout).not.toContain('ledger_incomplete')
  },
  TEST_MS_MAX,
)

test(
  'a file that the list forgot to be finished is finished again by `tik rebuild`',
  async () => {
    const { folder, tik } = copyOf('unfinished')
    {
      await using store = await openClickHouse({ folder: join(folder, 'ledger') })
      await store.command(
        "ALTER TABLE source_files DELETE WHERE file_number = 2 AND event = 'finished' SETTINGS mutations_sync = 1",
      )
    }
    expect(await tik.here(['verify'])).toMatchObject({ status: 1 })
    expect(await tik.here(['rebuild'])).toMatchObject({
      status: 0,
      stdout: 'Nothing is missing.\n',
      stderr: 'Put back in the list of files: 1 of its entries.\n',
    })
    expect(await tik.here(['verify'])).toMatchObject({ status: 0 })
    expect(await figuresOf(tik)).toEqual(figures)
  },
  TEST_MS_MAX,
)

describe.each(['cut', 'remove'] as const)('a part that is lost (%s)', (damage) => {
  let tik: CommandLine
  beforeAll(async () => {
    tik = (await damaged(damage)).tik
  }, TEST_MS_MAX)

  test(
    'totals say which rows they leave out',
    async () => {
      const totals = await tik.here(['totals', '--by', 'call-type', '--period', '2026-10'])
      expect(totals.status).toBe(0)
      expect(totals.stdout).not.toBe(figures.totals)
      expect(totals.stderr).toMatch(/^tik: the ledger is incomplete:\n {2}Master-/)
      expect(totals.stderr).toContain('Master-2.csv (files/2): 20 of 20 rows are missing')
      expect(totals.stderr).toContain('`tik rebuild`')
      if (damage === 'cut') expect(totals.stderr).toContain('usage_ledger/broken-on-start_')
    },
    TEST_MS_MAX,
  )

  test(
    '`bill check` has a finding for it, as an error',
    async () => {
      const { stdout, status } = await tik.here(['bill', 'check', '--period', '2026-10', '--json'])
      expect(status).toBe(1)
      expect(JSON.parse(stdout)).toContainEqual(
        expect.objectContaining({
          code: 'ledger_incomplete',
          severity: 'error',
          text: 'Master-2.csv (files/2): 20 of 20 rows are missing',
        }),
      )
    },
    TEST_MS_MAX,
  )

  test.each([
    ['bill', 'run', '--period', '2026-10'],
    ['bill', 'run', '--period', '2026-10', '--preview'],
    ['ingest', join(ROOT, 'Master-1.csv')],
    ['rejects', 'replay'],
    ['rejects', 'write-off', '--all-of', 'served_unknown', '--reason', 'x', '--by', 'y'],
    ['rerate', '--account', 'A1', '--from', '2026-10-01', '--to', '2026-10-31', '--confirm'],
  ])(
    '%s %s %s … is refused and records nothing',
    async (...words) => {
      const { stdout, stderr, status } = await tik.here(words)
      expect(status).toBe(1)
      expect(stdout).toBe('')
      expect(stderr).toContain('Master-2.csv (files/2): 20 of 20 rows are missing')
      expect(stderr).toContain('docs/recovery.md')
    },
    TEST_MS_MAX,
  )
})

test(
  'bytes that changed in place are found by `bill check` and before a bill run',
  async () => {
    const { tik } = await damaged('flip')
    const check = await tik.here(['bill', 'check', '--period', '2026-10'])
    expect(check.stdout).toMatch(/error +ledger: the part \d+_\S+ on disk cannot be read/)
    const run = await tik.here(['bill', 'run', '--period', '2026-10', '--preview'])
    expect(run).toMatchObject({ status: 1, stdout: '' })
    expect(run.stderr).toContain('the ledger is damaged on disk')
    const exported = await tik.here(['export', '--period', '2026-10'])
    expect(exported).toMatchObject({ status: 1 })
    expect(exported.stderr).toContain('tik rebuild')
  },
  TEST_MS_MAX,
)

test(
  'a list of files that lost its entries is noticed, and no new file takes an old number',
  async () => {
    const { folder, tik } = copyOf('list')
    const { removeTableParts } = await import('./damaged-ledger.ts')
    removeTableParts(join(folder, 'ledger'), 'source_files')
    const totals = await tik.here(['totals', '--period', '2026-10'])
    expect(totals.stderr).toContain('files/1: is not in the list of files any more')
    const fresh = join(ROOT, 'fresh')
    mkdirSync(fresh, { recursive: true })
    writeFileSync(join(fresh, 'New.csv'), callsOf(4))
    expect(await tik.here(['ingest', join(fresh, 'New.csv')])).toMatchObject({ status: 1 })
  },
  TEST_MS_MAX,
)

/** Every row of the ledger, as it stands in the table, in the order of the log. */
async function rowsOf(folder: string): Promise<string[]> {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  const all = queryText()(
    'all-rows',
    'SELECT * FROM usage_ledger ORDER BY log_source, log_partition, log_offset',
    z.looseObject({}),
  )
  return (await store.query(all, {})).map((row) => JSON.stringify(row))
}

async function expectWhole(folder: string, tik: CommandLine): Promise<void> {
  expect(await figuresOf(tik)).toEqual(figures)
  expect(await rowsOf(folder)).toEqual(await rowsOf(WHOLE))
  const verified = await tik.here(['verify'])
  expect(verified).toMatchObject({ status: 0, stderr: '' })
  expect(verified.stdout).toContain('60 rows rated again')
}

describe.each(['cut', 'remove', 'flip'] as const)('`tik rebuild` of a lost part (%s)', (damage) => {
  test(
    'brings back every row as it was, and keeps the old ledger',
    async () => {
      const { folder, tik } = await damaged(damage)
      const { status, stdout } = await tik.here(['rebuild'])
      expect(stdout).toMatch(/\d+ rows of files were carried over, \d+ rated again\./)
      expect(status).toBe(0)
      expect(readdirSync(folder).filter((name) => name.startsWith('ledger'))).toEqual([
        'ledger',
        expect.stringMatching(/^ledger-damaged-\d{4}-\d\d-\d\d$/),
      ])
      await expectWhole(folder, tik)
      expect(await tik.here(['rebuild'])).toMatchObject({
        status: 0,
        stdout: 'Nothing is missing.\n',
      })
    },
    TEST_MS_MAX,
  )
})

test(
  'a ledger folder that is gone is made from the archive alone, row for row',
  async () => {
    const { folder, tik } = copyOf('gone')
    rmSync(join(folder, 'ledger'), { recursive: true })
    const totals = await tik.here(['totals', '--period', '2026-10'])
    expect(totals.stderr).toContain('files/3: 20 of 20 rows are missing')
    expect(await tik.here(['rebuild'])).toMatchObject({ status: 0 })
    await expectWhole(folder, tik)
  },
  TEST_MS_MAX,
)

test(
  'rows of before the journal are rated with the catalogue and the time of those beside them',
  async () => {
    const { folder, tik } = await damaged('cut')
    rmSync(join(folder, 'archive', 'recorded.ndjson'))
    expect(await tik.here(['rebuild'])).toMatchObject({ status: 0 })
    expect(await figuresOf(tik)).toEqual(figures)
    expect(await tik.here(['verify'])).toMatchObject({ status: 0, stderr: '' })
  },
  TEST_MS_MAX,
)

describe('what is in no file', () => {
  const corrected = join(ROOT, 'corrected')
  let before: Figures
  beforeAll(async () => {
    const { tik } = copyOf('corrected')
    const document = structuredClone(SMALL_COMPANY)
    document.subscriptions[0]?.numbers.push('+31209999999')
    const accounts = join(ROOT, 'more-numbers.json')
    writeFileSync(accounts, JSON.stringify(document))
    expect(await tik.here(['accounts', 'import', accounts])).toMatchObject({ status: 0 })
    expect(await tik.here(['rejects', 'replay'])).toMatchObject({ status: 0 })
    before = await figuresOf(tik)
    expect(before.totals).not.toBe(figures.totals)
  }, TEST_MS_MAX)

  function copyOfCorrected(name: string): { folder: string; tik: CommandLine } {
    const folder = join(ROOT, name)
    cpSync(corrected, folder, { recursive: true, verbatimSymlinks: true })
    return { folder, tik: createCommandLine(folder, ENVIRONMENT) }
  }

  test(
    'corrections are carried over, and a lost reject that left suspense stays out of it',
    async () => {
      const { folder, tik } = copyOfCorrected('lost-reject')
      await damageParts(join(folder, 'ledger'), { source: 'files', partition: 2 }, 'remove')
      expect(await tik.here(['rebuild'])).toMatchObject({ status: 0, stderr: expect.any(String) })
      expect(await figuresOf(tik)).toEqual(before)
      expect(await tik.here(['verify'])).toMatchObject({ status: 0, stderr: '' })
      expect((await tik.here(['rejects', 'list'])).stdout).toContain('Nothing waits')
    },
    TEST_MS_MAX,
  )

  test(
    'a lost run is named and refused; accepted, it is missed no more and can be done again',
    async () => {
      const { folder, tik } = copyOfCorrected('lost-run')
      await damageParts(join(folder, 'ledger'), { source: 'replay', partition: 1 }, 'remove')
      const named = /replay\/1: 3 of 3 rows are missing; corrections are in the ledger only/
      const refused = await tik.here(['rebuild'])
      expect(refused).toMatchObject({ status: 1, stdout: '' })
      expect(refused.stderr).toMatch(named)
      expect((await tik.here(['totals', '--period', '2026-10'])).stderr).toContain('replay/1')

      const accepted = await tik.here(['rebuild', '--accept-differences'])
      expect(accepted.status).toBe(1)
      expect(accepted.stderr).toMatch(named)
      expect(await figuresOf(tik)).toEqual(figures)
      const again = await tik.here(['rejects', 'replay'])
      expect(again).toMatchObject({ status: 0, stderr: '' })
      expect(await figuresOf(tik)).toEqual(before)
      const rows = (await rowsOf(folder)).filter((row) => row.includes('"log_source":"replay"'))
      expect(rows).toHaveLength(3)
      expect(rows.every((row) => row.includes('"log_partition":2'))).toBe(true)
    },
    TEST_MS_MAX,
  )

  test(
    'a row that is not what the archive says is listed, and nothing is changed',
    async () => {
      const { folder, tik } = copyOfCorrected('changed-row')
      {
        await using store = await openClickHouse({ folder: join(folder, 'ledger') })
        await store.command(
          `ALTER TABLE usage_ledger UPDATE charge = charge + 1
         WHERE log_source = 'files' AND log_partition = 1 AND log_offset = 3 SETTINGS mutations_sync = 1`,
        )
        await store.command(
          `ALTER TABLE usage_ledger DELETE
         WHERE log_source = 'files' AND log_partition = 1 AND log_offset = 5 SETTINGS mutations_sync = 1`,
        )
      }
      const { status, stderr } = await tik.here(['rebuild'])
      expect(stderr).toMatch(/files\/1\/3: chargeMicros is \d+, rated again \d+/)
      expect(stderr).toContain('nothing was changed')
      expect(status).toBe(1)
      expect(readdirSync(folder).filter((name) => name.startsWith('ledger'))).toEqual(['ledger'])
    },
    TEST_MS_MAX,
  )
})

/** Kills `tik rebuild` as soon as a name appears in the data folder, or after it by some time. */
async function killedRebuild(folder: string, name: RegExp, laterMs: number): Promise<void> {
  const child = spawn(process.execPath, ['src/main.ts', 'rebuild', '--dir', folder], {
    env: { ...process.env, ...ENVIRONMENT },
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  while (child.exitCode === null && !readdirSync(folder).some((each) => name.test(each)))
    await sleep(2)
  await sleep(laterMs)
  child.kill('SIGKILL')
  await ended
}

test(
  'killed at any moment, the old or the new ledger is in its place and whole',
  async () => {
    const { folder, tik } = await damaged('remove')
    const oldRows = await rowsOf(folder)
    const moments = [
      [/^ledger-salvage$/, 0],
      [/^ledger-rebuilding$/, 0],
      [/^ledger-rebuilding$/, 400],
      [/^ledger-rebuilding$/, 1_000],
      [/^ledger-damaged/, 0],
    ] as const
    for (const [name, laterMs] of moments) {
      await killedRebuild(folder, name, laterMs)
      const totals = await tik.here(['totals', '--by', 'call-type', '--period', '2026-10'])
      const isNew = readdirSync(folder).some((each) => each.startsWith('ledger-damaged'))
      expect(readdirSync(folder)).not.toContain('ledger-rebuilding')
      expect(await rowsOf(folder)).toEqual(isNew ? await rowsOf(WHOLE) : oldRows)
      if (!isNew) expect(totals.stderr).toContain('`tik rebuild`')
    }
    expect(await tik.here(['rebuild'])).toMatchObject({ status: 0 })
    await expectWhole(folder, tik)
  },
  TEST_MS_MAX,
)

test(
  'a ledger that the engine cannot even open is made from the archive',
  async () => {
    const { folder, tik } = copyOf('unopenable')
    rmSync(join(folder, 'ledger', 'metadata'), { recursive: true })
    writeFileSync(join(folder, 'ledger', 'metadata'), 'no folder')
    expect(await tik.here(['rebuild'])).toMatchObject({ status: 0 })
    await expectWhole(folder, tik)
  },
  TEST_MS_MAX,
)

test(
  'what is lost of a file that retention removed is named with why, and comes back from nowhere',
  async () => {
    const { folder, tik } = await damaged('remove')
    {
      await using operations = await openOperations({ folder: join(folder, 'operations') })
      await noteRemoved(operations, [{ number: 2 }], Date.UTC(2027, 2, 1))
    }
    const archive = join(folder, 'archive')
    for (const name of readdirSync(archive)) {
      if (name.endsWith('Master-2.csv')) rmSync(join(archive, name))
    }
    const refused = await tik.here(['rebuild'])
    expect(refused).toMatchObject({ status: 1 })
    expect(refused.stderr).toMatch(
      /Master-2\.csv \(files\/2\): .*removed by `tik retain`: a backup/,
    )
    expect(refused.stderr).toContain('nothing was changed')
    const accepted = await tik.here(['rebuild', '--accept-differences'])
    const counts = /^(\d+) rows of files were carried over, (\d+) rated again/.exec(accepted.stdout)
    expect(Number(counts?.[1]) + Number(counts?.[2])).toBe((FILES - 1) * CALLS_PER_FILE)
    expect((await tik.here(['totals', '--period', '2026-10'])).stderr).toBe('')
  },
  TEST_MS_MAX,
)
