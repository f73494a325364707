/** How text is set; a node that says nothing takes it from the one around it. */
import assert from 'node:assert/strict'
import type { Style } from 'pdfmake/interfaces.js'
import { INVOICE_FONT, TITLE_FONT, type FontName } from '../invoice-fonts.ts'
import type { ContentNode } from './content.ts'

export interface TextStyle {
  readonly font: string
  readonly bold: boolean
  readonly fontSize: number
  readonly color: string
  readonly alignment: string
  readonly lineHeight: number
  readonly noWrap: boolean
}

export function styleOf(given: Style): TextStyle {
  const { font = INVOICE_FONT, fontSize = 12, color = '#000000' } = given
  assert(typeof color === 'string')
  return { ...PLAIN, font, fontSize, color }
}

const PLAIN = { bold: false, alignment: 'left', lineHeight: 1, noWrap: false } as const

export function styleWithin(style: TextStyle, node: ContentNode): TextStyle {
  const { font, bold, fontSize, color, alignment, lineHeight, noWrap } = node
  if (
    font === undefined &&
    bold === undefined &&
    fontSize === undefined &&
    color === undefined &&
    alignment === undefined &&
    lineHeight === undefined &&
    noWrap === undefined
  ) {
    return style
  }
  assert(color === undefined || typeof color === 'string')
  return {
    font: font ?? style.font,
    bold: bold ?? style.bold,
    fontSize: fontSize ?? style.fontSize,
    color: color ?? style.color,
    alignment: alignment ?? style.alignment,
    lineHeight: lineHeight ?? style.lineHeight,
    noWrap: noWrap ?? style.noWrap,
  }
}

export function fontNameOf({ font, bold }: Pick<TextStyle, 'font' | 'bold'>): FontName {
  if (font === TITLE_FONT) return 'tik-font:light'
  assert.equal(font, INVOICE_FONT)
  return bold ? 'tik-font:semi-bold' : 'tik-font:regular'
}
