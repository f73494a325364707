import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { asteriskLine, sampleCatalogue, smallCompany } from '../../test/small-company.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { fixedClock } from '../core/time/clock.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { micros } from '../core/money/money.ts'
import { openDecoder } from '../ingest/reading/open-decoder.ts'
import { rateFile } from '../files/rate-file.ts'
import { createDuplicateWindow } from '../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createMemoryLedger } from '../../test/doubles/memory-ledger.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { createMediator } from '../mediation/mediate.ts'
import { defaultSource } from '../ingest/sources.ts'
import { correctRow } from '../rating/correct-row.ts'
import { createRater } from '../rating/create-rater.ts'
import { explainEntry } from './explain-entry.ts'
import { rateOffline } from './rate-offline.ts'
import { verifyLog, type VerifyFinding } from './verify-log.ts'

const directory = smallCompany()
const source = defaultSource('asterisk')
const path = join(mkdtempSync(join(tmpdir(), 'tik-verify-log-')), 'Master.csv')
const CALLS_COUNT = 12
const file: SourceFile = {
  number: 1,
  name: 'Master.csv',
  contentHash: 'hash',
  sourceId: 'asterisk',
  format: 'asterisk',
  bytes: 0,
  stream: '',
  sequence: -1,
  sequenceMax: -1,
  recordsCount: CALLS_COUNT,
  finished: true,
  registeredMs: 0,
}
let catalogue: Catalogue
let ledger: Ledger

beforeAll(async () => {
  const lines = Array.from({ length: CALLS_COUNT }, (_, index) =>
    asteriskLine({
      from: index === 5 ? '0209999999' : '0201234567',
      to: '0612340000',
      start: `2026-10-${String(index + 1).padStart(2, '0')} 10:00:00`,
      billsec: 30 + index * 17,
      uniqueid: `179000000${index}.${index}`,
    }),
  )
  writeFileSync(path, `${lines.join('\n')}\n`)
  catalogue = await sampleCatalogue()
  ledger = createMemoryLedger()
  await rateFile(
    { number: 1, name: 'Master.csv', path },
    {
      pipeline: {
        ledger,
        rater: createRater({ catalogue, directory }),
        duplicates: createDuplicateWindow(ledger),
        catalogueHash: 'then',
      },
      mediator: createMediator({ source, catalogue, directory }),
      decoder: openDecoder(source, { contentHash: 'hash', name: '', registeredMs: 0 }),
      clock: fixedClock(Date.parse('2026-11-01T12:00:00Z')),
      batchRowsMax: 5,
      recordedCount: 0,
    },
  )
})

/** The ledger as somebody else would have left it. */
function changed(change: (rows: LedgerRow[]) => LedgerRow[]): Pick<Ledger, 'rows'> {
  return {
    async *rows(filter) {
      const rows = (await Array.fromAsync(ledger.rows(filter))).flat()
      if (rows.length > 0) yield change(rows)
    },
  }
}

const isWrong = ({ logOffset }: LedgerRow): boolean => logOffset === 3

async function findings(
  of: Pick<Ledger, 'rows'>,
  overFile: SourceFile = file,
  today: Directory = directory,
): Promise<VerifyFinding[]> {
  const verdicts = verifyLog({
    ledger: of,
    files: [overFile],
    pathOf: () => path,
    sourceOf: () => source,
    catalogueOf: () => Promise.resolve(catalogue),
    directory: today,
  })
  return (await Array.fromAsync(verdicts)).flatMap((verdict) => verdict.findings)
}

describe('verifying the log', () => {
  test('a true ledger has no finding, with rejected records too', async () => {
    expect(await findings(ledger)).toEqual([])
  })

  test('a charge that differs by a millionth is named with both values', async () => {
    const tampered = changed((rows) =>
      rows.map((row) =>
        row.logOffset === 3 ? { ...row, chargeMicros: micros(row.chargeMicros + 1) } : row,
      ),
    )
    const [finding, ...others] = await findings(tampered)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ code: 'row_differs', place: 'files/1/3' })
    expect(finding?.message).toMatch(/chargeMicros is \d+, rated again \d+/)
  })

  test('a row that was rated again since is no finding, and what mediation found still is', async () => {
    const [row] = (await Array.fromAsync(ledger.rows({}))).flat().filter(isWrong)
    if (row === undefined) throw new Error('the file has a row with this offset')
    const wrong = { ...row, chargeMicros: micros(row.chargeMicros + 1) }
    const correction = correctRow(wrong, row)
    if (correction === undefined) throw new Error('they differ')
    const rerated = [correction.reversal, correction.correction].map((each, logOffset) => ({
      ...each,
      logSource: 'rerate',
      logPartition: 1,
      logOffset,
    }))
    const withCorrection = (as: LedgerRow): Pick<Ledger, 'rows'> => ({
      async *rows(filter) {
        if (filter.source === 'rerate') yield rerated
        const rows =
          filter.log === undefined ? [] : (await Array.fromAsync(ledger.rows(filter))).flat()
        if (rows.length > 0) yield rows.map((each) => (isWrong(each) ? as : each))
      },
    })
    expect(await findings(withCorrection(wrong))).toEqual([])
    const [finding, ...others] = await findings(withCorrection({ ...wrong, receiver: '+31201' }))
    expect(others).toEqual([])
    expect(finding?.message).toMatch(/: receiver is [^;]*$/)
  })

  test('a lost row is found by its offset and by the count', async () => {
    const codes = (await findings(changed((rows) => rows.slice(0, -1)))).map(({ code }) => code)
    expect(codes).toEqual(['row_missing', 'count_differs'])
  })

  test('a row too many is found', async () => {
    const doubled = changed((rows) => [...rows, ...rows.slice(-1)])
    expect((await findings(doubled)).map(({ code }) => code)).toEqual([
      'row_extra',
      'count_differs',
    ])
  })

  test('a row at another offset is found', async () => {
    const moved = changed((rows) => rows.map((row) => ({ ...row, logOffset: row.logOffset + 1 })))
    expect((await findings(moved))[0]?.message).toContain('logOffset is 1, rated again 0')
  })

  test('a record that could be rated since an account was added is no difference, but is named', async () => {
    const [call] = directory.subscriptions
    if (call === undefined) throw new Error('the small company has subscriptions')
    const always = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }
    const identities = [
      ...call.identities,
      { kind: 'number', value: '+31209999999', ...always } as const,
    ]
    const subscriptions = directory.subscriptions.map((each) =>
      each === call ? { ...each, identities } : each,
    )
    const found = await findings(ledger, file, { ...directory, subscriptions })
    expect(found).toEqual([
      {
        code: 'could_be_rated',
        place: 'files/1/5',
        message: expect.stringContaining('served_unknown'),
      },
    ])
  })

  test('a file that was not finished is said to be so', async () => {
    const codes = await findings(ledger, { ...file, finished: false, recordsCount: 0 })
    expect(codes.map(({ code }) => code)).toEqual(['file_unfinished'])
  })
})

const parts = () => ({ ledger, directory, catalogueOf: () => Promise.resolve(catalogue) })

describe('explaining an entry', () => {
  test('the steps end in the charge of the row', async () => {
    const { row, steps } = await explainEntry('files/1/7', parts())
    expect(row.logOffset).toBe(7)
    expect(steps.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['rate', 'step', 'rounding', 'charge']),
    )
  })

  test('a rejected entry is explained by its reason', async () => {
    const { steps } = await explainEntry('files/1/5', parts())
    expect(steps).toEqual([{ rule: 'served_unknown', text: expect.any(String) }])
  })

  test.each([
    ['files/1/99', 'not_found'],
    ['nonsense', 'usage_error'],
  ])('%s is refused as %s', async (entry, code) => {
    await expect(explainEntry(entry, parts())).rejects.toMatchObject({ code })
  })
})

test('rating a file without stores gives the charges of the ledger', async () => {
  const charges: number[] = []
  const run = rateOffline({ path, source, catalogue, directory, nowMs: 0 })
  for await (const { rated, explanation } of run) {
    charges.push(rated.chargeMicros)
    expect(explanation.length).toBeGreaterThan(0)
  }
  const rows = (await Array.fromAsync(ledger.rows({}))).flat()
  expect(charges).toEqual(rows.map((row) => row.chargeMicros))
})
