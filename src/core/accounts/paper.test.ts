import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { contrastWithWhite, tintOf } from '../text/color.ts'
import { imageSize } from '../text/image-header.ts'
import { accountPaperSchema, partnerPaperSchema } from './paper.ts'

/** A PNG of 8 bits, its chunks without sums: nobody here asks for them. */
function png(width: number, height: number, pixels: Uint8Array): string {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const bytes = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
  return `data:image/png;base64,${bytes.toString('base64')}`
}

function chunk(name: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, Buffer.from(name, 'latin1'), data, Buffer.alloc(4)])
}

const pixels = Buffer.alloc((4 * 3 + 1) * 2)

test('a logo is an image whose pixels are all there', () => {
  const whole = png(4, 2, pixels)
  expect(imageSize(whole)).toEqual({ width: 4, height: 2 })
  expect(imageSize(png(4, 3, pixels))).toBeUndefined() // A row is missing.
  expect(imageSize(png(4, 1, pixels))).toBeUndefined() // There is a row too many.
  expect(imageSize(whole.slice(0, -30))).toBeUndefined()
  expect(imageSize('data:image/svg+xml;base64,PHN2Zy8+')).toBeUndefined()
  expect(imageSize('data:image/jpeg;base64,AAAA')).toBeUndefined()
  const frame = 'ffd8ffc00011080010002003012200021101031101ffd9'
  const jpeg = `data:image/jpeg;base64,${Buffer.from(frame, 'hex').toString('base64')}`
  expect(imageSize(jpeg)).toEqual({ width: 32, height: 16 })
  expect(partnerPaperSchema.safeParse({ logo: whole }).success).toBe(true)
  expect(partnerPaperSchema.safeParse({ logo: whole.slice(0, -30) }).success).toBe(false)
})

test('a colour is dark enough for white letters', () => {
  expect(contrastWithWhite('#000000')).toBeCloseTo(21, 5)
  expect(contrastWithWhite('#FFFFFF')).toBeCloseTo(1, 5)
  expect(contrastWithWhite('#777777')).toBeCloseTo(4.48, 2)
  expect(partnerPaperSchema.safeParse({ color: '#1F3A68' }).success).toBe(true)
  expect(partnerPaperSchema.safeParse({ color: '#FFCC00' }).success).toBe(false)
  expect(partnerPaperSchema.safeParse({ color: 'blue' }).success).toBe(false)
  expect(tintOf('#1F3A68', 0.1)).toBe('#E9EBF0')
})

test('what is no wish is refused, so that a slip of the pen is seen', () => {
  expect(accountPaperSchema.safeParse({ cdrForm: 'excel', embedPdf: true }).success).toBe(true)
  expect(accountPaperSchema.safeParse({ cdrForms: 'excel' }).success).toBe(false)
  expect(partnerPaperSchema.safeParse({ notes: { es: 'Hola' } }).success).toBe(false)
})
