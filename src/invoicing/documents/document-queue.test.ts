import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import type { BillingParts } from '../run/billing.ts'
import { createDocumentQueue, type DocumentQueue } from './document-queue.ts'
import type { DocumentKind } from './document-kinds.ts'
import type { DocumentOrder } from './invoice-documents.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

const [invoice] = inventedEInvoices().values()
if (invoice === undefined) throw new Error('it is invented')
const documentsFolder = mkdtempSync(join(tmpdir(), 'tik-queue-'))
afterAll(() => rmSync(documentsFolder, { recursive: true, force: true }))

const parts = {
  documentsFolder,
  operations: { transaction: () => Promise.resolve() },
} as unknown as BillingParts
const queueOf = (atOnce: number): DocumentQueue =>
  createDocumentQueue(parts, { atOnce } as PdfRenderer)

/** An order whose file is written when it is told to, or fails. */
function gated(name: string) {
  const gate = Promise.withResolvers<Error | undefined>()
  const kind: DocumentKind = {
    kind: name,
    ending: `-${name}.txt`,
    contentType: 'text/plain',
    isMailed: false,
    async *content() {
      const failure = await gate.promise
      if (failure !== undefined) throw failure
      yield new TextEncoder().encode(name)
    },
  }
  const order = { invoiceId: 1, invoice, kinds: [kind] } as unknown as DocumentOrder
  const open = () => gate.resolve(undefined)
  return { order, open, fail: gate.resolve, files: [] as string[] }
}

/** Whether it is done when all that can be done was done. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.finally(() => {
    settled = true
  })
  for (let turn = 0; turn < 200; turn += 1) await setImmediate()
  return settled
}

test('as many as are made at once may wait, one more is waited for, however many went before', async () => {
  const queue = queueOf(2)
  const jobs = ['a', 'b', 'c', 'd'].map(gated)
  const [first, second, third, fourth] = jobs
  if (first === undefined || second === undefined) throw new Error('there are four')
  if (third === undefined || fourth === undefined) throw new Error('there are four')
  await queue.add(first.order, first.files)
  await queue.add(second.order, second.files)
  const adding = queue.add(third.order, third.files)
  expect(await isSettled(adding)).toBe(false)
  first.open()
  await adding
  expect(first.files).toHaveLength(1)
  const more = queue.add(fourth.order, fourth.files)
  expect(await isSettled(more)).toBe(false)
  second.open()
  await more
  const done = queue.done()
  third.open()
  expect(await isSettled(done)).toBe(false)
  fourth.open()
  await done
  expect(jobs.map(({ files }) => files.length)).toEqual([1, 1, 1, 1])
  expect(readdirSync(join(documentsFolder, '.parts'))).toEqual([])
})

test('the first that fails is told by whoever comes next', async () => {
  const queue = queueOf(2)
  const [failing, next] = [gated('e'), gated('f')]
  await queue.add(failing.order, failing.files)
  failing.fail(new Error('the disk is full'))
  await expect(queue.done()).rejects.toThrow('the disk is full')
  await expect(queue.add(next.order, next.files)).rejects.toThrow('the disk is full')
})
