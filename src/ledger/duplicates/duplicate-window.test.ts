import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDuplicateWindow, type DuplicateVerdict } from './duplicate-window.ts'
import { ratedOf, usageOf } from '../../../test/doubles/ledger.conformance.ts'
import { createMemoryLedger } from '../../../test/doubles/memory-ledger.ts'
import type { Usage } from '../../core/usage/usage.ts'

const DAY_MS = 86_400_000
const NOW = Promise.resolve()
const LOG = { source: 'files', partition: 1 }

/** Runs batches as the pipeline does: prepare, check in order, remember what was rated, record. */
async function run(
  batches: readonly (readonly Usage[])[],
  options: Parameters<typeof createDuplicateWindow>[1] = {},
  isRated: (usage: Usage) => boolean = () => true,
): Promise<DuplicateVerdict[]> {
  const ledger = createMemoryLedger()
  const window = createDuplicateWindow(ledger, options)
  const verdicts: DuplicateVerdict[] = []
  let settled: Promise<void> = NOW
  let offset = 0
  for (const usages of batches) {
    await window.prepare(usages, settled)
    const batch = ledger.newBatch(LOG, offset, 0, '')
    for (const usage of usages) {
      const verdict = window.check(usage)
      verdicts.push(verdict)
      const rated = verdict === 'new' && isRated(usage)
      if (rated) window.remember(usage)
      batch.append(usage, ratedOf({ outcome: rated ? 'rated' : 'rejected' }))
    }
    await settled
    settled = ledger.record(batch)
    offset += usages.length
  }
  await settled
  return verdicts
}

const id = (usageId: string, fields: Partial<Usage> = {}) => usageOf({ usageId, ...fields })

test('the same id and content is a duplicate, within a batch and across batches', async () => {
  expect(
    await run([
      [id('a'), id('b'), id('a')],
      [id('b'), id('c')],
    ]),
  ).toEqual(['new', 'new', 'duplicate', 'duplicate', 'new'])
})

test('the same id with other content is a conflict, and stays one', async () => {
  const other = { contentHash: 7 }
  expect(
    await run([
      [id('a'), id('a', other)],
      [id('a', other), id('a')],
    ]),
  ).toEqual(['new', 'conflict', 'conflict', 'duplicate'])
})

test('a record that was rejected may come again', async () => {
  const verdicts = await run([[id('a'), id('a')], [id('a')]], {}, () => false)
  expect(verdicts).toEqual(['new', 'new', 'new'])
})

test('records that mediation refused are never duplicates of each other', async () => {
  const refused = id('', { rejectReason: 'malformed_record' })
  expect(await run([[refused, refused], [refused]])).toEqual(['new', 'new', 'new'])
})

test('a batch in flight is waited for when one of its ids comes again', async () => {
  const ledger = createMemoryLedger()
  const window = createDuplicateWindow(ledger)
  const first = ledger.newBatch(LOG, 0, 0, '')
  await window.prepare([id('a')], NOW)
  first.append(id('a'), ratedOf())
  const gate = Promise.withResolvers<void>()
  const settled = gate.promise.then(() => ledger.record(first))
  let prepared = false
  const preparing = window.prepare([id('a')], settled).then(() => (prepared = true))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(prepared).toBe(false)
  gate.resolve()
  await preparing
  expect(window.check(id('a'))).toBe('duplicate')
})

test('new ids do not wait for the batch in flight, whether their day is loaded or not', async () => {
  for (const directIdsMax of [0, 1000]) {
    const window = createDuplicateWindow(createMemoryLedger(), { directIdsMax })
    await window.prepare([id('a')], NOW)
    const never = new Promise<void>(() => {})
    await window.prepare([id('b'), id('c', { startMs: 0 })], never)
    expect(window.check(id('b'))).toBe('new')
  }
})

test('a window that starts on an old ledger finds what is there, loaded or looked up', async () => {
  for (const directIdsMax of [0, 1000]) {
    const ledger = createMemoryLedger()
    const batch = ledger.newBatch(LOG, 0, 0, '')
    for (let index = 0; index < 50; index += 1) batch.append(id(`u${index}`), ratedOf())
    await ledger.record(batch)
    const window = createDuplicateWindow(ledger, { directIdsMax })
    await window.prepare([id('u7'), id('u50')], NOW)
    expect(window.check(id('u7'))).toBe('duplicate')
    expect(window.check(id('u50'))).toBe('new')
  }
})

test('whatever the bounds and however records are batched, the first of an id is new', async () => {
  const usages = fc.array(
    fc.record({ name: fc.integer({ min: 0, max: 30 }), content: fc.integer({ min: 1, max: 2 }) }),
    { maxLength: 60 },
  )
  const bounds = fc.record({
    idsMax: fc.constantFrom(5, 20, 1000),
    daysMax: fc.constantFrom(1, 3, 60),
    directIdsMax: fc.constantFrom(0, 3, 1000),
  })
  await fc.assert(
    fc.asyncProperty(
      usages,
      bounds,
      fc.integer({ min: 1, max: 20 }),
      async (list, options, size) => {
        const all = list.map(({ name, content }) =>
          id(`u${name}`, { contentHash: content, startMs: (name % 9) * DAY_MS }),
        )
        const batches: Usage[][] = []
        for (let at = 0; at < all.length; at += size) batches.push(all.slice(at, at + size))
        const first = new Map<string, number>()
        const expected = all.map((usage) => {
          const known = first.get(usage.usageId)
          if (known === undefined) first.set(usage.usageId, usage.contentHash)
          return known === undefined
            ? 'new'
            : known === usage.contentHash
              ? 'duplicate'
              : 'conflict'
        })
        expect(await run(batches, options)).toEqual(expected)
      },
    ),
    { numRuns: 200 },
  )
})
