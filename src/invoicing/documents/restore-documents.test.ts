/** What becomes of documents that are lost, changed, never written or unknown. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { createPdfRenderer } from './pdf/pdf-renderer.ts'
import { restoreDocuments } from './restore-documents.ts'

const NUMBER = '2026-00000001'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
  await billing.parts.operations.execute('ALTER TABLE invoice_documents DISABLE TRIGGER ALL')
})
beforeEach(async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10', accounts: ['zandbank'] })
})
afterAll(() => billing[Symbol.asyncDispose]())

async function restored(): Promise<string[]> {
  const { operations } = billing.parts
  await using renderer = createPdfRenderer(1, 1)
  const stored = await storedInvoice(operations, await findInvoiceId(operations, NUMBER))
  const results = await restoreDocuments(billing.parts, renderer, stored)
  return results.map(({ kind, outcome }) => `${kind} ${outcome}`)
}

async function pathOf(wanted: string): Promise<string> {
  const [invoice] = await listInvoices(billing.parts, { number: NUMBER })
  return invoice?.documents.find(({ kind }) => kind === wanted)?.path ?? ''
}

test('what is lost or was changed is the same again, what is there stays', async () => {
  expect(await restored()).toEqual(['cdrs there', 'pdf there', 'ubl there'])
  const [pdf, ubl] = [await pathOf('pdf'), await pathOf('ubl')]
  const before = readFileSync(pdf)
  rmSync(pdf)
  writeFileSync(ubl, '<Invoice/>')
  expect(await restored()).toEqual(['cdrs there', 'pdf restored', 'ubl restored'])
  expect(readFileSync(pdf).equals(before)).toBe(true)
})

test('what this build would make otherwise is not put there, and nothing is left of the try', async () => {
  const pdf = await pathOf('pdf')
  rmSync(pdf)
  await billing.parts.operations.execute(
    `UPDATE invoice_documents SET sha256 = 'of another build' WHERE kind = 'pdf'`,
  )
  expect(await restored()).toEqual(['cdrs there', 'pdf differs', 'ubl there'])
  expect(existsSync(pdf)).toBe(false)
  expect(readdirSync(join(billing.parts.documentsFolder, '.parts'))).toEqual([])
})

test('a kind that this build does not know cannot be made again, and stops nothing', async () => {
  await billing.parts.operations.execute(
    `UPDATE invoice_documents SET kind = 'totals-1', path = 'gone' WHERE kind = 'cdrs'`,
  )
  expect(await restored()).toEqual(['pdf there', 'totals-1 differs', 'ubl there', 'cdrs written'])
})

test('what was never written is written, unless retention removed it', async () => {
  const cdrs = await pathOf('cdrs')
  rmSync(cdrs)
  const { operations } = billing.parts
  await operations.execute(`DELETE FROM invoice_documents WHERE kind = 'cdrs'`)
  expect(await restored()).toEqual(['pdf there', 'ubl there', 'cdrs written'])
  expect(existsSync(cdrs)).toBe(true)
  rmSync(cdrs)
  await operations.execute(
    `INSERT INTO retained_documents SELECT invoice_id, 'cdrs', 0 FROM invoices`,
  )
  expect(await restored()).toEqual(['pdf there', 'ubl there'])
})
