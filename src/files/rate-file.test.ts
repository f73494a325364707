import { mkdtempSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { asteriskLine, sampleCatalogue, smallCompany } from '../../test/small-company.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { fixedClock } from '../core/time/clock.ts'
import { FILES_LOG, type LedgerRow } from '../core/usage/ledger-row.ts'
import { createDuplicateWindow } from '../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createMemoryLedger } from '../../test/doubles/memory-ledger.ts'
import { createMediator } from '../mediation/mediate.ts'
import { defaultSource } from '../ingest/sources.ts'
import { createRater } from '../rating/create-rater.ts'
import { openDecoder } from '../ingest/reading/open-decoder.ts'
import { rateFile, type RateFileParts } from './rate-file.ts'

const directory = smallCompany()
const source = defaultSource('asterisk')
let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await sampleCatalogue()
})

/** Ten calls, one of them twice, one from nobody's number, and a line of garbage. */
function calls(): string {
  const lines = Array.from({ length: 10 }, (_, index) =>
    asteriskLine({
      from: '0201234567',
      to: '0612340000',
      start: `2026-10-0${(index % 9) + 1} 10:00:00`,
      billsec: 60 + index,
      uniqueid: `17900000${index}0.${index}`,
    }),
  )
  const stranger = asteriskLine({
    from: '0209999999',
    to: '0612340000',
    start: '2026-10-05 10:00:00',
    billsec: 60,
    uniqueid: '1790000099.99',
  })
  return `${[...lines, lines[0], stranger, 'garbage'].join('\n')}\n`
}

function file(text: string) {
  const path = join(mkdtempSync(join(tmpdir(), 'tik-rate-file-')), 'Master.csv')
  writeFileSync(path, text)
  return { number: 1, name: 'Master.csv', path }
}

function parts(ledger: Ledger, change: Partial<RateFileParts> = {}): RateFileParts {
  return {
    pipeline: {
      ledger,
      rater: createRater({ catalogue, directory }),
      duplicates: createDuplicateWindow(ledger),
      catalogueHash: catalogue.hash.slice(0, 16),
    },
    mediator: createMediator({ source, catalogue, directory }),
    decoder: openDecoder(source, { contentHash: 'content-hash', name: '', registeredMs: 0 }),
    clock: fixedClock(Date.parse('2026-11-01T00:00:00Z')),
    batchRowsMax: 4,
    recordedCount: 0,
    ...change,
  }
}

async function rowsOf(ledger: Ledger): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for await (const chunk of ledger.rows({ log: { source: FILES_LOG, partition: 1 } }))
    rows.push(...chunk)
  return rows
}

describe('a file into the ledger', () => {
  test('every record ends as one row, at its own offset', async () => {
    const ledger = createMemoryLedger()
    const { tally, records } = await rateFile(file(calls()), parts(ledger))
    expect(records).toBe(13)
    expect(tally).toMatchObject({ rated: 10, duplicate: 1, rejected: 2, unbillable: 0 })
    expect((await rowsOf(ledger)).map((row) => row.logOffset)).toEqual([...Array(13).keys()])
  })

  test('a rejected record keeps its text and its reason', async () => {
    const ledger = createMemoryLedger()
    await rateFile(file(calls()), parts(ledger))
    const rejected = (await rowsOf(ledger)).filter((row) => row.outcome === 'rejected')
    expect(rejected.map((row) => [row.reason, row.raw.slice(0, 17)])).toEqual([
      ['served_unknown', '"","0209999999","'],
      ['malformed_record', 'garbage'],
    ])
  })

  test.each([1, 3, 7, 1000])('batches of %s records give the same rows', async (batchRowsMax) => {
    const expected = createMemoryLedger()
    await rateFile(file(calls()), parts(expected))
    const ledger = createMemoryLedger()
    await rateFile(file(calls()), parts(ledger, { batchRowsMax }))
    expect(await rowsOf(ledger)).toEqual(await rowsOf(expected))
  })

  test.each([0, 1, 2, 3])(
    'stopped after %s commits and started again, it gives the same rows',
    async (commits) => {
      const expected = createMemoryLedger()
      await rateFile(file(calls()), parts(expected))

      const ledger = createMemoryLedger()
      const stop = new AbortController()
      let recordedCount = 0
      const stopping: Ledger = {
        ...ledger,
        async record(batch) {
          await ledger.record(batch)
          recordedCount += batch.rowsCount
          if (recordedCount >= commits * 4) stop.abort(new Error('power cut'))
        },
      }
      if (commits === 0) stop.abort(new Error('power cut'))
      await rateFile(file(calls()), parts(stopping, { signal: stop.signal })).catch(() => undefined)
      const lastOffset = (await ledger.lastOffsets(FILES_LOG)).get(1) ?? -1
      await rateFile(file(calls()), parts(ledger, { recordedCount: lastOffset + 1 }))
      expect(await rowsOf(ledger)).toEqual(await rowsOf(expected))
    },
  )

  test('a ledger that fails stops the file; nothing after the failure is recorded', async () => {
    const ledger = createMemoryLedger()
    let commits = 0
    const failing: Ledger = {
      ...ledger,
      record: (batch) => {
        commits += 1
        return commits === 2 ? Promise.reject(new Error('disk full')) : ledger.record(batch)
      },
    }
    await expect(rateFile(file(calls()), parts(failing))).rejects.toThrow('disk full')
    expect(await rowsOf(ledger)).toHaveLength(4)
  })

  test('the last write too is waited for, and its failure is the failure of the file', async () => {
    const ledger = createMemoryLedger()
    const slow: Ledger = {
      ...ledger,
      async record(batch) {
        await sleep(20)
        await ledger.record(batch)
      },
    }
    await rateFile(file(calls()), parts(slow))
    expect(await rowsOf(ledger)).toHaveLength(13)
    const rejecting: Ledger = { ...ledger, record: () => Promise.reject(new Error('disk full')) }
    const only = parts(rejecting, { batchRowsMax: 1_000 })
    await expect(rateFile(file(calls()), only)).rejects.toThrow('disk full')
  })

  test('a long file is recorded while it is read, in full batches, and says how far it is', async () => {
    const ledger = createMemoryLedger()
    const batches: number[] = []
    const counting: Ledger = {
      ...ledger,
      record(batch) {
        batches.push(batch.rowsCount)
        return ledger.record(batch)
      },
    }
    const progress: { bytes: number; records: number; batches: number }[] = []
    const text = `${'g'.repeat(999)}\n`.repeat(1_600) // Two chunks.
    await rateFile(
      file(text),
      parts(counting, {
        batchRowsMax: 500,
        onProgress: (each) => progress.push({ ...each, batches: batches.length }),
      }),
    )
    expect(batches).toEqual([500, 500, 500, 100])
    expect(progress.map(({ bytes }) => bytes)).toEqual([1_048_576, 1_600_000, 1_600_000])
    expect(progress[0]).toMatchObject({ records: 1_048, batches: 2 })
    expect(progress.at(-1)?.records).toBe(1_600)
  })
})
