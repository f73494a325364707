import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildInvoice } from '../../build/build-invoice.ts'
import type { Invoice } from '../../invoice-model.ts'
import { inventedCreditNotes } from '../../../../test/doubles/invented-credit-notes.ts'
import { inventedRequest, type InventedOptions } from '../../../../test/doubles/invented-request.ts'
import { micros } from '../../../core/money/money.ts'
import { epcQrText } from './epc-qr.ts'
import { FONT_NAMES, readInvoiceFont } from './invoice-fonts.ts'
import { createPdfRenderer } from './pdf-renderer.ts'
import { invoiceDocument, renderInvoicePdf } from './render-invoice-pdf.ts'

const numbered = (options: InventedOptions): Invoice => ({
  ...buildInvoice(inventedRequest(options)),
  number: '2026-00050150',
})

test('the same invoice gives the same bytes, in this thread and in a worker', async () => {
  const invoice = numbered({ subscriptionsCount: 3 })
  await using workers = createPdfRenderer(1_000, 1)
  const here = await renderInvoicePdf(invoice)
  const there = await workers.render(structuredClone(invoice))
  expect(sha256(there)).toBe(sha256(here))
  expect(sha256(await renderInvoicePdf(invoice))).toBe(sha256(here))
})

test('the dates in the file are those of the invoice, not of the clock', async () => {
  const text = Buffer.from(await renderInvoicePdf(numbered({ subscriptionsCount: 1 }))).toString(
    'latin1',
  )
  expect(text).toContain('(D:20261102000000Z)')
  expect(text.match(/D:20\d{12}/g)?.every((date) => date === 'D:20261102000000')).toBe(true)
  expect(text).toContain('<pdfaid:part>3</pdfaid:part>')
})

test('a name with marks of XML leaves the metadata XML', async () => {
  const invoice = numbered({ subscriptionsCount: 1, customerName: 'Jansen & Zonen <Ω>' })
  const text = Buffer.from(await renderInvoicePdf(invoice)).toString('utf8')
  const xmp = /<x:xmpmeta[\s\S]{1,5000}<\/x:xmpmeta>/.exec(text)?.[0] ?? ''
  expect(xmp).toContain('>Jansen &amp; Zonen &lt;Ω&gt;, 2026-10<')
  expect(xmp.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&')
})

test('the fonts have every letter of our customers: accents, Greek, Cyrillic, the euro', () => {
  const letters = '€éëçœßÀłøşğőž ΑΩαωάή ЖЩжщыіѓ ∞–·\u202f\u00a0½×’'
  for (const name of FONT_NAMES) {
    const font = readInvoiceFont(name)
    const missing = Array.from(letters).filter(
      (each) => !font.hasGlyphForCodePoint(each.codePointAt(0) ?? 0),
    )
    expect(missing).toEqual([])
  }
})

test('the QR code is a SEPA transfer of the total with the number of the invoice', () => {
  const invoice = numbered({ subscriptionsCount: 5 })
  expect(epcQrText(invoice)?.split('\n')).toEqual([
    'BCD',
    '002',
    '1',
    'SCT',
    'ABNANL2A',
    'Noorderlicht Telecom B.V.',
    'NL02ABNA0123456789',
    'EUR328.01',
    '',
    '',
    '2026-00050150 duinzicht',
  ])
  const nothing = { ...invoice.totals, grossMicros: micros(0) }
  expect(epcQrText({ ...invoice, totals: nothing })).toBeUndefined()
  expect(epcQrText({ ...invoice, number: '' })).toBeUndefined()
})

test('only a draft has a watermark', () => {
  const invoice = numbered({ subscriptionsCount: 1 })
  expect(invoiceDocument(invoice).watermark).toBeUndefined()
  expect(invoiceDocument({ ...invoice, number: '' }).watermark).toMatchObject({ text: 'CONCEPT' })
})

const PDFTOTEXT = 'pdftotext'
const poppler = ((): string => {
  try {
    execFileSync(PDFTOTEXT, ['-v'], { stdio: 'ignore' })
    return ''
  } catch {
    return 'pdftotext (poppler-utils) is not installed'
  }
})()
if (poppler !== '') console.log(`skipped: text order of the PDF: ${poppler}`)

test.skipIf(poppler !== '')('text comes out of the PDF in the order of reading', async () => {
  const text = await textOf(numbered({ subscriptionsCount: 5 }))
  const inOrder = readFileSync(
    new URL('../../../../fixtures/invoicing/reading-order.txt', import.meta.url),
    'utf8',
  )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  let place = 0
  for (const words of inOrder) {
    const found = text.indexOf(words, place)
    expect([words, found >= 0]).toEqual([words, true])
    place = found + words.length
  }
})

test.skipIf(poppler !== '')(
  'heads repeat on each page, and no page ends in a lone row',
  async () => {
    const pages = await pagesOf(numbered({ subscriptionsCount: 60 }))
    expect(pages.length).toBeGreaterThan(5)
    pages.forEach((page, index) => {
      expect(page).toContain(`Pagina ${index + 1} van ${pages.length}`)
    })
    const annex = pages.filter((page) => /\+31\d+/.test(page))
    for (const page of annex) expect(page).toContain('Specificatie per aansluiting')
    const last = annex.at(-1) ?? ''
    expect(last.match(/^\+31\d+/gm)?.length).toBeGreaterThanOrEqual(1) // Not the total alone.
  },
)

test.skipIf(poppler !== '')(
  'no page is empty, and the legal particulars are whole, however long the names',
  async () => {
    const name = 'Πάπα & Ковальчук Telecommunicatiediensten Noord-Nederland B.V.'
    const invoice = numbered({ subscriptionsCount: 8, sellerName: name, customerName: name })
    const { seller } = invoice
    const address = { ...seller.party.address, country: 'BE' }
    const pages = await pagesOf({
      ...invoice,
      seller: { ...seller, party: { ...seller.party, address } },
      paper: { court: 'Antwerpen, afdeling Mechelen', note: 'Vragen? '.repeat(40) },
    })
    for (const page of pages) {
      expect(page.split('\n').length).toBeGreaterThan(20)
      expect(page).toContain('RPR Antwerpen, afdeling Mechelen')
      expect(page).toContain('BIC ABNANL2A')
    }
  },
)

test.skipIf(poppler !== '')('no page has nothing but head and foot on it', async () => {
  const full = numbered({ subscriptionsCount: 60 }) // Its last table ends a page to the point.
  const notes = inventedCreditNotes()
  const ended = ['hostile names', 'discounts on several rates'] // So do theirs.
  for (const invoice of [full, ...ended.map((name) => notes.get(`credit note: ${name}`))]) {
    if (invoice === undefined) throw new Error('there is no such credit note')
    for (const page of await pagesOf(invoice)) {
      expect(page.split('\n').length).toBeGreaterThan(8)
    }
  }
})

test.skipIf(poppler !== '')('an invoice of nothing is one page without empty rows', async () => {
  const nothing = { ...inventedRequest({ subscriptionsCount: 0 }), oneOffCharges: [] }
  const pages = await pagesOf({ ...buildInvoice(nothing), number: '2026-00050150' })
  expect(pages).toHaveLength(1)
  expect(pages[0]).toContain('Totaal excl. btw 0,00')
})

async function pagesOf(invoice: Invoice): Promise<string[]> {
  return (await textOf(invoice)).split('\f').slice(0, -1)
}

async function textOf(invoice: Invoice): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'tik-pdf-')), 'invoice.pdf')
  writeFileSync(path, await renderInvoicePdf(invoice))
  return execFileSync(PDFTOTEXT, ['-raw', path, '-'], { encoding: 'utf8' })
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
