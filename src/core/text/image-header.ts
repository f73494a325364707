/**
 * Images as data URLs, read as far as a PDF needs it: one that cannot be drawn would stop a bill run at every
 * invoice, so it is refused where it comes in.
 */
import { inflateSync } from 'node:zlib'

const DATA_URL = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/
const PNG_SIGNATURE = '89504e470d0a1a0a'
const SIDE_PIXELS_MAX = 2_000

export interface ImageSize {
  readonly width: number
  readonly height: number
}

export function isReadableImage(dataUrl: string): boolean {
  return imageSize(dataUrl) !== undefined
}

/** Undefined for what is no image that can be drawn. */
export function imageSize(dataUrl: string): ImageSize | undefined {
  const [, type, base64 = ''] = DATA_URL.exec(dataUrl) ?? []
  if (type === undefined) return undefined
  const bytes = Buffer.from(base64, 'base64')
  const size = type === 'png' ? pngSize(bytes) : jpegSize(bytes)
  return size !== undefined && isDrawn(size.width) && isDrawn(size.height) ? size : undefined
}

function isDrawn(side: number): boolean {
  return side >= 1 && side <= SIDE_PIXELS_MAX
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** Of 8 bits and not interlaced, whose pixels are all there. */
function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 33 || bytes.subarray(0, 8).toString('hex') !== PNG_SIGNATURE) return undefined
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const [bits, kind, interlaced] = [bytes[24], bytes[25] ?? -1, bytes[28]]
  const channels = CHANNELS[kind]
  if (bits !== 8 || channels === undefined || interlaced !== 0) return undefined
  if (width > SIDE_PIXELS_MAX || height > SIDE_PIXELS_MAX) return undefined
  const pixelBytes = (width * channels + 1) * height
  try {
    const data = inflateSync(Buffer.concat(pngData(bytes)), { maxOutputLength: pixelBytes + 1 })
    return data.length === pixelBytes ? { width, height } : undefined
  } catch {
    return undefined // Cut short, or more than its size.
  }
}

function pngData(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const name = bytes.subarray(at + 4, at + 8).toString('latin1')
    if (name === 'IDAT') found.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  return found
}

/** Baseline or progressive, in grey or colours: the frame that says its size, and the end. */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  const isWhole = bytes.readUInt16BE(0) === 0xffd8 && bytes.subarray(-2).toString('hex') === 'ffd9'
  if (!isWhole) return undefined
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0
    if (marker >= 0xc0 && marker <= 0xc2) {
      const components = bytes[at + 9]
      const isKnown = bytes[at + 4] === 8 && (components === 1 || components === 3)
      const size = { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
      return isKnown ? size : undefined
    }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
