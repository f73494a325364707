import fc from 'fast-check'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { asteriskLine, sampleCatalogue, SMALL_COMPANY } from '../../../test/small-company.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { fixedClock } from '../../core/time/clock.ts'
import { entryId } from '../../core/usage/ids.ts'
import { REPLAY_LOG } from '../../core/usage/ledger-row.ts'
import { openDecoder } from '../../ingest/reading/open-decoder.ts'
import { rateFile } from '../../files/rate-file.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { createMemoryLedger, type MemoryLedger } from '../../../test/doubles/memory-ledger.ts'
import { formatAdapter } from '../../ingest/formats/format-registry.ts'
import { createMediator } from '../../mediation/mediate.ts'
import { defaultSource } from '../../ingest/sources.ts'
import { buildDirectory } from '../../directory/document/build-directory.ts'
import { directoryDocumentSchema } from '../../directory/document/directory-schema.ts'
import { processBatch } from '../../pipeline.ts'
import { createRater } from '../../rating/create-rater.ts'
import { createMessageMediator } from '../../stream/mediation/mediate-message.ts'
import { openArchivedRecords } from './archived-records.ts'
import { createDryRunLedger } from './dry-run-ledger.ts'
import { replayRejects, type ReplayParts } from './replay-rejects.ts'
import type { Suspense } from './waiting-rejects.ts'
import { createTopicRecords } from './topic-records.ts'
import { writeOffRejects } from './write-off-rejects.ts'

const source = defaultSource('asterisk')
const folder = mkdtempSync(join(tmpdir(), 'tik-replay-'))
/** The number that nobody has at first, and the SIM with 300 minutes that gets it later. */
const STRANGER = '0209999999'
const SIM = '0612345678'
let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await sampleCatalogue()
})

/** The small company, its SIM with these further numbers. */
function company(...numbers: string[]): Directory {
  const subscriptions = SMALL_COMPANY.subscriptions.map((subscription) =>
    subscription.id === 'M1'
      ? { ...subscription, numbers: [...subscription.numbers, ...numbers] }
      : subscription,
  )
  const document = directoryDocumentSchema.parse({ ...SMALL_COMPANY, subscriptions })
  const { content, problems } = buildDirectory(document)
  expect(problems).toEqual([])
  return content.directory
}
const before = company()
const mended = company('+31209999999')

function call(from: string, id: number, billsec = 60): string {
  const start = '2026-10-05 10:00:00'
  return asteriskLine({ from, to: '0612340000', start, billsec, uniqueid: `1790000000.${id}` })
}

function pathOf(number: number): string {
  return join(folder, `Master-${number}.csv`)
}

function pipelineOver(ledger: Ledger, directory: Directory) {
  return {
    ledger,
    rater: createRater({ catalogue, directory }),
    duplicates: createDuplicateWindow(ledger),
    catalogueHash: catalogue.hash.slice(0, 16),
  }
}

/** Takes in each list of lines as a file, with the accounts of the beginning. */
async function ingest(ledger: Ledger, files: readonly (readonly string[])[]): Promise<void> {
  const pipeline = pipelineOver(ledger, before)
  for (const [index, lines] of files.entries()) {
    const number = index + 1
    writeFileSync(pathOf(number), `${lines.join('\n')}\n`)
    await rateFile(
      { number, name: `Master-${number}.csv`, path: pathOf(number) },
      {
        pipeline,
        mediator: createMediator({ source, catalogue, directory: before }),
        decoder: openDecoder(source, {
          contentHash: `content-${number}`,
          name: '',
          registeredMs: 0,
        }),
        clock: fixedClock(Date.parse('2026-11-01T00:00:00Z')),
        batchRowsMax: 100,
        recordedCount: 0,
      },
    )
  }
}

/** What clickhouse/queries/waiting-rejects.sql answers, over rows in memory. */
function suspenseOf({ entries }: MemoryLedger): Suspense {
  return {
    page({ reasons, after, limit }) {
      const corrected = new Set(entries.map((row) => row.corrects))
      const waiting = entries.filter(
        (row) =>
          row.outcome === 'rejected' &&
          row.entryKind === 'usage' &&
          !corrected.has(entryId(row)) &&
          (reasons.length === 0 || reasons.includes(row.reason)) &&
          (after.logSource !== row.logSource ||
            row.logPartition > after.logPartition ||
            (row.logPartition === after.logPartition && row.logOffset > after.logOffset)),
      )
      return Promise.resolve(waiting.slice(0, limit))
    },
  }
}

function replayParts(ledger: MemoryLedger, change: Partial<ReplayParts> = {}): ReplayParts {
  const mediator = createMediator({ source, catalogue, directory: mended })
  return {
    suspense: suspenseOf(ledger),
    pipeline: pipelineOver(ledger, mended),
    openFile: async (number) => ({
      records: openArchivedRecords(
        pathOf(number),
        openDecoder(source, { contentHash: `content-${number}`, name: '', registeredMs: 0 }),
      ),
      mediate: (record, offset) => mediator.mediate(record, `Master-${number}.csv`, offset),
    }),
    clock: fixedClock(Date.parse('2026-11-02T00:00:00Z')),
    batchRowsMax: 100,
    ...change,
  }
}

function corrections({ entries }: MemoryLedger) {
  return entries.filter((row) => row.logSource === REPLAY_LOG)
}

const FILES = [
  [call(SIM, 1), call(STRANGER, 2, 90), 'garbage'],
  [call(STRANGER, 2, 90), call(STRANGER, 3, 150)],
]

function mediatorOver(directory: Directory) {
  return createMessageMediator({
    source,
    adapter: formatAdapter('asterisk'),
    mediator: createMediator({ source, catalogue, directory }),
  })
}

describe('a replay of what waits', () => {
  test('rates a record once its number is known, and points at the rejected entry', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const groups = await replayRejects(replayParts(ledger), [])
    expect(groups).toMatchObject([
      { reason: 'served_unknown', waiting: 3, rated: 2, duplicate: 1, unbillable: 0, still: [] },
      { reason: 'malformed_record', waiting: 1, rated: 0, still: [{ reason: 'malformed_record' }] },
    ])
    const position = { logSource: 'replay', logPartition: 1, entryKind: 'correction' }
    const usage = { subscriptionId: 'M1', origin: 'Master-1.csv', originRecord: 1, quantity: 90 }
    expect(corrections(ledger)).toMatchObject([
      { ...position, logOffset: 0, corrects: 'files/1/1', outcome: 'rated', ...usage },
      { ...position, logOffset: 1, corrects: 'files/2/0', outcome: 'duplicate', chargeMicros: 0 },
      { ...position, logOffset: 2, corrects: 'files/2/1', outcome: 'rated', quantity: 150 },
    ])
  })

  test('a second replay adds nothing', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    await replayRejects(replayParts(ledger), [])
    const rows = ledger.entries.length
    const groups = await replayRejects(replayParts(ledger), [])
    expect(groups).toMatchObject([{ reason: 'malformed_record', waiting: 1, rated: 0 }])
    expect(ledger.entries).toHaveLength(rows)
  })

  test('goes on from batch to batch, each where the one before ended', async () => {
    const ledger = createMemoryLedger()
    const calls = Array.from({ length: 7 }, (_, id) => call(STRANGER, id))
    await ingest(ledger, [calls])
    const groups = await replayRejects(replayParts(ledger, { batchRowsMax: 2 }), [])
    expect(groups).toMatchObject([{ waiting: 7, rated: 7, still: [] }])
    expect(
      corrections(ledger).map(({ logPartition, logOffset }) => [logPartition, logOffset]),
    ).toEqual(calls.map((_, offset) => [1, offset]))
  })

  test('only the reasons that are asked for are looked at', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const groups = await replayRejects(replayParts(ledger), ['malformed_record'])
    expect(groups.map(({ reason }) => reason)).toEqual(['malformed_record'])
    expect(corrections(ledger)).toEqual([])
  })

  test('what was used already counts: a bundle is not given twice', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, [[call(SIM, 1, 299 * 60), call(STRANGER, 2, 120)]])
    await replayRejects(replayParts(ledger), [])
    const [rated] = corrections(ledger)
    expect(rated).toMatchObject({ quantity: 120, takeQuantities: [60], outOfBundleQuantity: 60 })
    expect(rated?.chargeMicros).toBeGreaterThan(0)
  })

  test('a dry run says the same, whatever the batches, and records nothing', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const rows = ledger.entries.length
    const dry = () => ({ pipeline: pipelineOver(createDryRunLedger(ledger), mended) })
    const inOne = await replayRejects(replayParts(ledger, dry()), [])
    const oneByOne = await replayRejects(replayParts(ledger, { ...dry(), batchRowsMax: 1 }), [])
    expect(ledger.entries).toHaveLength(rows)
    const real = await replayRejects(replayParts(ledger), [])
    expect([inOne, oneByOne]).toEqual([real, real])
  })

  test('a record that the archive gives differently is not taken for the one that waits', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    writeFileSync(pathOf(2), `${call(STRANGER, 7, 9000)}\n`)
    const [group] = await replayRejects(replayParts(ledger), ['served_unknown'])
    expect(group).toMatchObject({ rated: 1, still: [{ reason: 'not_in_the_archive', count: 2 }] })
  })

  test('what came over a topic stays, and is counted', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const [reject] = ledger.entries.filter((row) => row.reason === 'served_unknown')
    const batch = ledger.newBatch({ source: 'usage', partition: 0 }, 0, 0, '')
    if (reject !== undefined) batch.appendRow(reject)
    await ledger.record(batch)
    const [group] = await replayRejects(replayParts(ledger), ['served_unknown'])
    expect(group).toMatchObject({ waiting: 4, still: [{ reason: 'not_from_a_file', count: 1 }] })
  })

  test('what came over a topic is read from there again, if it is still the same', async () => {
    const ledger = createMemoryLedger()
    const messages = [call(STRANGER, 1), `${call(SIM, 2)}\n${call(STRANGER, 3, 120)}`, 'expired']
    const place = { topic: 'cdr-asterisk', partition: 4 }
    const messageOf = (offset: number) => {
      const value = Buffer.from(messages[offset] ?? '')
      return { offset, key: '', value, timestampMs: 0 }
    }
    const usages = messages.flatMap((_, offset) =>
      mediatorOver(before).mediate(messageOf(offset), place),
    )
    const log = { source: 'usage', partition: 0 }
    const batch = { log, firstOffset: 0, usages, recordedMs: Date.parse('2026-11-01') }
    const done = await processBatch(batch, pipelineOver(ledger, before), Promise.resolve())
    await ledger.record(done.encoded)

    const opened: string[] = []
    const topics = createTopicRecords({
      openReader(topic) {
        opened.push(topic)
        return Promise.resolve({
          at: (_, offset) => Promise.resolve(offset === 2 ? undefined : messageOf(offset)),
        })
      },
      mediators: new Map([['cdr-asterisk', mediatorOver(mended)]]),
    })
    const groups = await replayRejects(replayParts(ledger, { topics }), [])
    expect(groups).toMatchObject([
      { reason: 'served_unknown', waiting: 2, rated: 2, still: [] },
      { reason: 'malformed_record', still: [{ reason: 'not_in_the_topic', count: 1 }] },
    ])
    expect(corrections(ledger)).toMatchObject([
      { corrects: 'usage/0/0', outcome: 'rated', quantity: 60, origin: 'cdr-asterisk-4' },
      { corrects: 'usage/0/2', outcome: 'rated', quantity: 120, originRecord: 1_000_001 },
    ])
    expect(opened).toEqual(['cdr-asterisk'])
    expect((await replayRejects(replayParts(ledger, { topics }), [])).length).toBe(1)
  })

  test('stopped at any commit and run again, each reject has at most one correction', async () => {
    const line = fc.record({
      from: fc.constantFrom(STRANGER, SIM, '0208888888'),
      id: fc.nat(6),
      billsec: fc.constantFrom(60, 9000),
    })
    const file = fc.array(line, { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(file, file),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(6),
        async (files, batchRowsMax, commits) => {
          const lines = files.map((each) => each.map((l) => call(l.from, l.id, l.billsec)))
          const whole = createMemoryLedger()
          await ingest(whole, lines)
          await replayRejects(replayParts(whole), [])

          let left = Infinity
          const stopped = createMemoryLedger({
            afterCommit() {
              left -= 1
              if (left < 0) throw new Error('power cut')
            },
          })
          await ingest(stopped, lines)
          left = commits
          await replayRejects(replayParts(stopped, { batchRowsMax }), []).catch(() => undefined)
          left = Infinity
          await replayRejects(replayParts(stopped), [])

          const corrected = corrections(stopped).map((row) => row.corrects)
          expect(new Set(corrected).size).toBe(corrected.length)
          expect(corrections(stopped).map(outcomeOfRow)).toEqual(
            corrections(whole).map(outcomeOfRow),
          )
        },
      ),
      { numRuns: 12 },
    )
  })
})

function outcomeOfRow(row: MemoryLedger['entries'][number]) {
  const { corrects, outcome, chargeMicros, takeQuantities } = row
  return { corrects, outcome, chargeMicros, takeQuantities }
}

const writeOffParts = (ledger: MemoryLedger) => ({
  suspense: suspenseOf(ledger),
  ledger,
  clock: fixedClock(Date.parse('2026-11-03T00:00:00Z')),
  batchRowsMax: 1,
})

describe('a write-off', () => {
  const signed = { by: 'Anna', text: 'a test call of the supplier' }

  test('names who gave the record up and why, and keeps the record', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const what = { entries: ['files/1/2', 'files/1/1'] }
    expect(await writeOffRejects(writeOffParts(ledger), { what, ...signed })).toBe(2)
    const outcome = { outcome: 'unbillable', reason: 'written_off', entryKind: 'correction' }
    const detail = 'Anna: a test call of the supplier'
    expect(corrections(ledger)).toMatchObject([
      { logOffset: 0, corrects: 'files/1/1', ...outcome, detail },
      { logOffset: 1, corrects: 'files/1/2', ...outcome, detail, raw: 'garbage' },
    ])
    const groups = await replayRejects(replayParts(ledger), [])
    expect(groups).toMatchObject([{ reason: 'served_unknown', waiting: 2 }])
  })

  test('takes all that waits for one reason', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const what = { allOf: 'served_unknown' } as const
    expect(await writeOffRejects(writeOffParts(ledger), { what, ...signed })).toBe(3)
    expect(await replayRejects(replayParts(ledger), [])).toMatchObject([
      { reason: 'malformed_record' },
    ])
  })

  test('of an entry that does not wait is refused, and nothing of the rest is written', async () => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const what = { entries: ['files/1/2', 'files/1/0', 'files/9/9'] }
    await expect(writeOffRejects(writeOffParts(ledger), { what, ...signed })).rejects.toThrow(
      'not waiting in suspense: files/1/0, files/9/9',
    )
    expect(corrections(ledger)).toEqual([])
  })

  test.each([
    { by: ' ', text: 'lost' },
    { by: 'Anna', text: '' },
  ])('without a name or a reason is refused: %o', async (unsigned) => {
    const ledger = createMemoryLedger()
    await ingest(ledger, FILES)
    const what = { entries: ['files/1/2'] }
    await expect(writeOffRejects(writeOffParts(ledger), { what, ...unsigned })).rejects.toThrow(
      'needs the name of a person and a reason',
    )
  })
})
