import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { feeAt } from '../catalogue/fee-at.ts'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import type { Usage } from '../core/usage/usage.ts'
import { formatAdapter } from '../ingest/formats/format-registry.ts'
import { createMediator } from '../mediation/mediate.ts'
import { loadSources } from '../ingest/sources.ts'
import {
  readDirectoryContent,
  readDirectoryDocument,
} from '../directory/document/directory-document.ts'
import { createRater } from '../rating/create-rater.ts'
import { DEMO_PERIOD, DEMO_SEED, writeDemoMonth } from './make-month.ts'
import type { DemoMonth } from './make-month.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-test-demo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await loadCatalogue('fixtures/catalogue')
})

describe('the month of three companies', () => {
  const month = demoMonth('three', 3)
  let directory: Directory
  let usages: Usage[]
  beforeAll(async () => {
    directory = await readDirectoryDocument(month.accountsFile)
    usages = mediated(month, catalogue, directory)
  })

  test('an activation is charged by its plan alone, not by a one-off charge beside it', async () => {
    const { oneOffCharges } = await readDirectoryContent(month.accountsFile)
    const doubled = oneOffCharges.filter(({ subscriptionId, atMs, amountMicros }) => {
      const subscription = directory.subscriptions.find(
        (each) => each.subscriptionId === subscriptionId,
      )
      const plan = catalogue.plans.get(subscription?.plans[0]?.planId ?? '')
      const isFee = amountMicros === feeAt(plan?.activationFee ?? '0', atMs)
      return isFee && subscription?.activatedMs === atMs
    })
    expect(oneOffCharges.length).toBeGreaterThan(0)
    expect(doubled).toEqual([])
  })

  test('is the same bytes for the same seed', () => {
    const again = demoMonth('again', 3)
    expect(again.files.map(fileHash)).toEqual(month.files.map(fileHash))
    const other = writeDemoMonth({ ...settingsOf('other', 3), seed: DEMO_SEED + 1 })
    expect(other.files.map(fileHash)).not.toEqual(month.files.map(fileHash))
  })

  test('has between 10,000 and 20,000 records, and the decoders find every one', () => {
    expect(month.recordsCount).toBeGreaterThan(10_000)
    expect(month.recordsCount).toBeLessThan(20_000)
    expect(usages).toHaveLength(month.recordsCount)
  })

  test('is mostly rated, and shows each kind of trouble a few times', () => {
    const reasons = tally(usages.map((usage) => usage.rejectReason || usage.unbillableReason))
    const troubles = [
      'truncated_record',
      'malformed_record',
      'invalid_time',
      'served_unknown',
      'subscription_inactive',
      'internal_leg',
      // The phones of a ring group that did not answer.
      'linked_leg',
    ]
    for (const reason of troubles) expect(reasons.get(reason), reason).toBeGreaterThan(0)
    expect([...reasons.keys()].filter((key) => key !== '').sort()).toEqual(troubles.sort())
    const rated = (reasons.get('') ?? 0) + (reasons.get('linked_leg') ?? 0)
    expect(rated).toBeGreaterThan(usages.length * 0.98)
  })

  test.each([
    'national-fixed',
    'national-mobile',
    'premium-0900',
    'premium-0906',
    'premium-be-070',
    'premium-be-0903',
    'freephone-incoming',
    'forwarded-mobile',
    'internal',
    'incoming',
    'roaming-eu-data',
    'roaming-eu-national-mobile',
    'roaming-switzerland-in',
    'roaming-switzerland-data',
    'roaming-satellite-data',
    'international-satellite',
    'national-sms',
    'national-data',
  ])('has %s', (callType) => {
    expect(usages.some((usage) => usage.callType === callType)).toBe(true)
  })

  test('repeats some rows of the exchanges, and no others', () => {
    const seen = new Map<string, Usage>()
    let repeated = 0
    for (const usage of usages) {
      const first = seen.get(usage.usageId)
      if (first !== undefined && usage.rejectReason === '' && usage.unbillableReason === '') {
        repeated += 1
        expect(usage.usageId).toMatch(/^pbx-/)
        expect(usage.contentHash).toBe(first.contentHash)
      }
      seen.set(usage.usageId, usage)
    }
    expect(repeated).toBeGreaterThan(5)
  })

  test('has calls in both passes of the hour that the clocks repeat', () => {
    const from = Date.parse('2026-10-25T00:00:00Z')
    const inHour = (hour: number) =>
      usages.filter(({ startMs }) => Math.floor((startMs - from) / 3_600_000) === hour)
    expect(inHour(0).length).toBeGreaterThan(0)
    expect(inHour(1).length).toBeGreaterThan(0)
  })

  test('has messages in segments that are one line several times', () => {
    const lines = month.files
      .filter(({ sourceId }) => sourceId === 'mobiel')
      .flatMap(({ path }) => readFileSync(path, 'utf8').split('\n'))
      .filter((line) => line.startsWith('sms;') && !line.includes(';31-02-'))
    const repeats = lines.length - new Set(lines).size
    expect(repeats).toBeGreaterThan(20)
    expect(usages.filter(({ kind }) => kind === 'sms').length).toBe(lines.length)
  })

  test('gives the drivers 5,040 MB for their pool of 5,000', () => {
    const bytes = usages
      .filter(({ subscriptionId }) => subscriptionId.startsWith('noordzee-driver-'))
      .filter(({ subscriptionId, callType }) => {
        return subscriptionId !== 'noordzee-driver-03' || callType === 'national-data'
      })
      .reduce((sum, usage) => sum + usage.volumeBytes, 0)
    expect(bytes).toBe(5_040 * 1_048_576)
  })

  test('crosses the limits that the story tells of', () => {
    const crossed = crossingsOf(usages, catalogue, directory)
    for (const key of [
      'group-bundle|noordzee-drivers|pool-data|group|80',
      'group-bundle|noordzee-drivers|pool-data|group|100',
      'group-bundle|noordzee-drivers|pool-voice|group|80',
      'group-bundle|lindgroen-studio|company-voice|group|80',
      'data-bundle|vandamme-sim-02|go-data|subscription|100',
      'data-bundle|vandamme-sim-04|go-data|subscription|80',
      'data-bundle|lindgroen-sim-01|unlimited-data|subscription|80',
      'module-volume|noordzee-driver-03|mobile-internet-eu|subscription|100',
      'roaming-spend|noordzee-manager||subscription|80',
      'roaming-spend|noordzee-skipper||subscription|100',
      'account-total|noordzee||account|100',
      'voip-total|noordzee||account|100',
      'national-data|vandamme-sim-02||subscription|100',
      'sim-cap|noordzee-track-04|data|subscription|100',
    ]) {
      expect(
        crossed.some((crossing) => crossing.startsWith(key)),
        key,
      ).toBe(true)
    }
    expect(crossed.some((crossing) => crossing.includes('|pool-voice|group|100'))).toBe(false)
  })
})

describe('a month of more companies', () => {
  const month = demoMonth('more', 6)

  test('has companies that the directory accepts and numbers that mediation knows', async () => {
    const directory = await readDirectoryDocument(month.accountsFile)
    expect(directory.accounts.size).toBe(6)
    const usages = mediated(month, catalogue, directory)
    expect(usages).toHaveLength(month.recordsCount)
    const rejected = usages.filter(({ rejectReason }) => rejectReason !== '')
    expect(rejected.length).toBeLessThan(usages.length * 0.01)
    expect(new Set(usages.map(({ accountId }) => accountId)).size).toBe(7) // And nobody's.
  })
})

test.each([{ accounts: 2 }, { period: '2026-13' }, { period: 'october' }])(
  'settings with %o are a usage error',
  (wrong) => {
    expect(() => writeDemoMonth({ ...settingsOf('wrong', 3), ...wrong })).toThrow(
      expect.objectContaining({ code: 'usage_error' }),
    )
  },
)

function demoMonth(name: string, accounts: number): DemoMonth {
  return writeDemoMonth(settingsOf(name, accounts))
}

function settingsOf(name: string, accounts: number) {
  return { folder: join(folder, name), seed: DEMO_SEED, accounts, period: DEMO_PERIOD }
}

function fileHash(file: { path: string }): string {
  return createHash('sha256').update(readFileSync(file.path)).digest('hex')
}

function mediated(month: DemoMonth, prices: Catalogue, directory: Directory): Usage[] {
  const usages: Usage[] = []
  for (const source of loadSources(month.sourcesFile)) {
    const mediator = createMediator({ source, catalogue: prices, directory })
    for (const { path } of month.files.filter((file) => file.sourceId === source.sourceId)) {
      const decoder = formatAdapter(source.format).createDecoder(source)
      let record = 0
      const emit: Parameters<typeof decoder.push>[1] = (decoded) => {
        usages.push(mediator.mediate(decoded, basename(path), (record += 1)))
      }
      decoder.push(readFileSync(path), emit)
      decoder.end(emit)
    }
  }
  return usages
}

function crossingsOf(usages: readonly Usage[], prices: Catalogue, directory: Directory): string[] {
  const rater = createRater({ catalogue: prices, directory })
  const seen = new Set<string>()
  const crossings: string[] = []
  for (const usage of usages) {
    if (usage.rejectReason !== '' || usage.unbillableReason !== '') continue
    if (seen.has(usage.usageId)) continue
    seen.add(usage.usageId)
    for (const request of rater.missingBalances([usage])) {
      rater.restore(request, { takes: [], usage: [], sessions: [], crossings: [] })
    }
    crossings.push(...rater.rate(usage, Date.parse('2026-11-02T08:00:00Z')).crossings)
  }
  return crossings
}

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
