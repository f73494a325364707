/** What is written for invoices that were billed before a kind of document was there. */
import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { DOCUMENT_KINDS, type DocumentKind } from './document-kinds.ts'
import { pendingDocuments, writeDocuments } from './invoice-documents.ts'
import { createPdfRenderer } from './pdf/pdf-renderer.ts'
import { restoreDocuments } from './restore-documents.ts'

/** One that a later build could have. */
const totalsFile: DocumentKind = {
  kind: 'totals-1',
  ending: '-totals.txt',
  contentType: 'text/plain',
  isMailed: false,
  async *content({ invoice }) {
    yield new TextEncoder().encode(`${invoice.totals.grossMicros}\n`)
  },
}

let world: InventedBilling
beforeAll(async () => {
  world = await openInventedBilling()
  await world.record({
    accountId: 'zandbank',
    subscriptionId: 'zandbank-0',
    partition: 1,
    offset: 0,
    date: '2026-10-05',
    charge: '4.00',
  })
})
afterAll(() => world[Symbol.asyncDispose]())

test('a new kind is written for invoices of before, and what they have is left alone', async () => {
  const { parts } = world
  const sql = parts.operations
  await runBilling(parts, { period: '2026-10', accounts: ['zandbank'] })
  const [billed] = await listInvoices(parts)
  const mailsBefore = await mailsCount()
  expect(await pendingDocuments(sql, '2026-10', DOCUMENT_KINDS)).toEqual([])
  const [before] = billed?.documents ?? []
  rmSync(before?.path ?? '')

  const [pending] = await pendingDocuments(sql, '2026-10', [...DOCUMENT_KINDS, totalsFile])
  expect(pending?.kinds).toEqual([totalsFile])
  const stored = await storedInvoice(sql, pending?.invoiceId ?? 0)
  await using renderer = createPdfRenderer(1, 1)
  const paths = await writeDocuments(parts, renderer, { ...stored, kinds: [totalsFile] })

  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual([`${billed?.grossMicros}\n`])
  expect(() => readFileSync(before?.path ?? '')).toThrow('ENOENT')
  const [after] = await listInvoices(parts)
  expect(after?.documents.map(({ kind }) => kind)).toEqual(['cdrs', 'pdf', 'totals-1', 'ubl'])
  expect(await mailsCount()).toBe(mailsBefore)
})

test('a CDR file that is lost is the same again, whatever the catalogue calls a help line today', async () => {
  const callTypes = world.parts.catalogue.callTypes.map((each) =>
    each.id === 'national-mobile' ? { ...each, invoiceGroup: 'helpline' } : each,
  )
  const of = { accountId: 'zeegras', subscriptionId: 'zeegras-0', partition: 2 }
  await world.record(
    { ...of, offset: 0, date: '2026-10-06', charge: '0' },
    { ...of, offset: 1, date: '2026-10-07', charge: '0.25' },
  )
  const then = world.withCatalogue('helplines', { ...world.parts.catalogue, callTypes })
  await runBilling(then, { period: '2026-10', accounts: ['zeegras'] })
  const [billed] = await listInvoices(then, { accountId: 'zeegras' })
  const cdrs = billed?.documents.find(({ kind }) => kind === 'cdrs')?.path ?? ''
  const before = readFileSync(cdrs, 'utf8')
  expect(before.trimEnd().split('\r\n')).toHaveLength(2) // The free call is left out.
  rmSync(cdrs)
  await using renderer = createPdfRenderer(1, 1)
  const id = await findInvoiceId(then.operations, billed?.number ?? '')
  const restored = await restoreDocuments(
    world.parts,
    renderer,
    await storedInvoice(then.operations, id),
  )
  expect(restored.find(({ kind }) => kind === 'cdrs')?.outcome).toBe('restored')
  expect(readFileSync(cdrs, 'utf8')).toBe(before)
})

test('no two documents of an invoice have one kind or one path', () => {
  for (const field of ['kind', 'ending'] as const) {
    expect(new Set(DOCUMENT_KINDS.map((each) => each[field])).size).toBe(DOCUMENT_KINDS.length)
  }
})

async function mailsCount(): Promise<number> {
  const rows = await world.parts.operations.query(
    'SELECT count(*)::int AS count FROM mails',
    [],
    z.object({ count: z.int() }),
  )
  return rows[0]?.count ?? 0
}
