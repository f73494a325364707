/**
 * How a partner looks on paper until it has a house style of its own: a colour and a mark that
 * follow from its id and name, so that they are the same on every invoice.
 */
import { createHash } from 'node:crypto'

export interface Brand {
  readonly color: string
  /** A light tint, for surfaces. */
  readonly tint: string
  /** For the part of a bar that stands for what is over. */
  readonly warning: string
  /** The mark as an SVG drawing of 40 by 40. */
  readonly mark: string
}

/** Deep enough for white text on them (contrast above 7:1), with a tint each. */
const COLORS = [
  { color: '#12505B', tint: '#E8F0F1' },
  { color: '#1F3A68', tint: '#E9EDF3' },
  { color: '#5B2A55', tint: '#F1EBF0' },
  { color: '#1E5639', tint: '#E9F0EC' },
  { color: '#7A3018', tint: '#F5ECE8' },
  { color: '#2F4557', tint: '#EBEEF1' },
] as const

const BARS_COUNT = 5

export function brandOf(seller: { partnerId: string; name: string }): Brand {
  const hash = createHash('sha256').update(`${seller.partnerId}\0${seller.name}`).digest()
  const { color, tint } = COLORS[(hash[0] ?? 0) % COLORS.length] ?? COLORS[0]
  return { color, tint, warning: '#C2571A', mark: markOf(color, hash) }
}

/** A rounded tile with bars like a voice on a line; their heights come from the name. */
function markOf(color: string, hash: Uint8Array): string {
  const bars = Array.from({ length: BARS_COUNT }, (_, index) => {
    const height = 8 + ((hash[index + 1] ?? 0) % 9) * 2
    const x = (70 + index * 56) / 10
    const y = 20 - height / 2
    return `<rect x="${x}" y="${y}" width="3.2" height="${height}" rx="1.6" fill="#FFFFFF"/>`
  })
  const tile = `<rect x="0" y="0" width="40" height="40" rx="9" fill="${color}"/>`
  return `<svg width="40" height="40" viewBox="0 0 40 40">${tile}${bars.join('')}</svg>`
}
