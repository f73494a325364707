/**
 * A ledger that a disk or a hand took rows from, through the command line: who reads is told, who bills
 * or records is refused, and `tik rebuild` brings back what was there.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyTestOperations } from '../src/operations/test-operations.ts'
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
