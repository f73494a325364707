/**
 * The text of a catalogue file, whatever program wrote it: UTF-8, UTF-16 as spreadsheets save it, or
 * the Windows code page, which is told by its not being UTF-8.
 */
import { isUtf8 } from 'node:buffer'
import type { CatalogueProblem } from './catalogue-problem.ts'

export interface CatalogueText {
  readonly text: string
  readonly problems: readonly CatalogueProblem[]
}

export function catalogueText(file: string, bytes: Buffer): CatalogueText {
  const utf16 = utf16Of(bytes)
  if (utf16 !== undefined) {
    return { text: new TextDecoder(utf16).decode(bytes), problems: [] }
  }
  if (bytes.includes(0)) {
    const message = 'is no text: it has bytes that are 0; save it as UTF-8'
    return { text: '', problems: [{ severity: 'error', file, line: 1, message }] }
  }
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), problems: [] }
  const text = new TextDecoder('windows-1252').decode(bytes)
  const line = lineOfFirstOther(bytes)
  const written = text.split('\n')[line - 1]?.trim() ?? ''
  const message = `is not UTF-8: read as Windows-1252, "${written}"; save it as UTF-8 if that is wrong`
  return { text, problems: [{ severity: 'warning', file, line, message }] }
}

/** By the mark at the beginning, else by the zero halves of its first letters. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third, fourth] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0 && third === 0 && second !== 0 && fourth !== 0) return 'utf-16be'
  if (second === 0 && fourth === 0 && first !== 0 && third !== 0) return 'utf-16le'
  return undefined
}

/** Line of the first bytes that are no UTF-8, from 1. */
function lineOfFirstOther(bytes: Buffer): number {
  let line = 1
  let from = 0
  while (from < bytes.length) {
    const end = bytes.indexOf(10, from)
    const to = end === -1 ? bytes.length : end
    if (!isUtf8(bytes.subarray(from, to))) return line
    from = to + 1
    line += 1
  }
  return line
}
