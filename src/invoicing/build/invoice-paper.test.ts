import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { renderInvoicePdf } from '../documents/pdf/render-invoice-pdf.ts'
import { buildInvoice } from './build-invoice.ts'
import { invoicePaper } from './invoice-paper.ts'

test('an invoice keeps what was wanted then, and nothing where all is as usual', () => {
  const request = inventedRequest({ subscriptionsCount: 1 })
  expect(buildInvoice(request)).not.toHaveProperty('paper')
  const usual = { zeroLines: 'hidden', cdrForm: 'plain', embedPdf: false } as const
  expect(invoicePaper({}, { language: 'nl', paper: usual })).toEqual({})
  const partner = {
    paper: { color: '#1F3A68', notes: { fr: 'Merci' }, zeroLines: 'shown' },
  } as const
  expect(invoicePaper(partner, { language: 'fr' })).toEqual({
    paper: { color: '#1F3A68', note: 'Merci', zeroLines: 'shown' },
  })
  expect(invoicePaper(partner, { language: 'nl' }).paper).not.toHaveProperty('note')
  const court = { paper: { court: 'RCS Lille', logo: 'data:,' } }
  const excel = { language: 'nl', paper: { cdrForm: 'excel' } } as const
  expect(invoicePaper(court, excel).paper).toEqual({
    court: 'RCS Lille',
    logo: 'data:,',
    cdrForm: 'excel',
  })
  const own = { language: 'nl', paper: { zeroLines: 'hidden', embedPdf: true } } as const
  expect(invoicePaper(partner, own).paper).toEqual({ color: '#1F3A68', embedPdf: true })
})

/** One grey pixel. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='

test('a logo is in the file once, on whatever number of pages, and the bytes are the same', async () => {
  const invoice = { ...buildInvoice(inventedRequest({ subscriptionsCount: 60 })), number: '2026-1' }
  const own = { ...invoice, paper: { logo: LOGO, color: '#7A3018' } }
  const pdf = Buffer.from(await renderInvoicePdf(own))
  expect(pdf.equals(Buffer.from(await renderInvoicePdf(own)))).toBe(true)
  expect(pdf.toString('latin1').match(/\/Subtype \/Image/g)).toHaveLength(1)
  const plain = Buffer.from(await renderInvoicePdf(invoice)).toString('latin1')
  expect(plain.match(/\/Subtype \/Image/g)).toBeNull()
})
