import jsQr from 'jsqr'
import { expect, test } from 'vitest'
import { isStructuredReference } from '../../../core/text/structured-reference.ts'
import { inventedRequest } from '../../../../test/doubles/invented-request.ts'
import { buildInvoice } from '../../build/build-invoice.ts'
import type { Invoice } from '../../invoice-model.ts'
import { epcQrText } from './epc-qr.ts'
import { qrCode } from './qr-code.ts'

const invoice = buildInvoice(inventedRequest({ subscriptionsCount: 5 }))
const numbered: Invoice = { ...invoice, number: '2026-00050150' }
const { seller } = invoice
const belgian = { ...seller.party.address, country: 'BE' }

test.each([
  ['a Dutch seller', numbered],
  [
    'a seller with Greek, Cyrillic and accents in its name',
    {
      ...numbered,
      seller: { ...seller, party: { ...seller.party, legalName: 'Ωμέγα Наталья Ümit-Željković' } },
    },
  ],
  [
    'a long name',
    {
      ...numbered,
      seller: { ...seller, party: { ...seller.party, legalName: 'Telecom '.repeat(30) } },
    },
  ],
] satisfies [string, Invoice][])('the code of %s says to a reader what was put in', (_, of) => {
  const text = epcQrText(of) ?? ''
  expect(read(text)).toBe(text)
})

test('the code of a Belgian seller carries the structured reference', () => {
  const of: Invoice = {
    ...numbered,
    seller: { ...seller, party: { ...seller.party, address: belgian } },
  }
  const lines = read(epcQrText(of) ?? '').split('\n')
  expect(lines.at(-1)).toBe('+++260/0050/15070+++')
  expect(isStructuredReference(lines.at(-1) ?? '')).toBe(true)
})

const POINTS_QUIET = 16

/** Draws the bars as a screen would, with a quiet zone, and reads the picture. */
function read(text: string): string {
  const { width, canvas } = qrCode(text, { size: 104, color: '#000000' })
  const side = width + 2 * POINTS_QUIET
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const { x, y, w, h } of canvas) {
    for (let row = y; row < y + h; row += 1) {
      for (let column = x; column < x + w; column += 1) {
        const at = ((row + POINTS_QUIET) * side + column + POINTS_QUIET) * 4
        pixels.fill(0, at, at + 3)
      }
    }
  }
  return jsQr.default(pixels, side, side)?.data ?? ''
}
