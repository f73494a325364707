/** The file of a deck in the catalogue's folder: read as codes with their versions, written one row a code, sorted. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { codesOfRange } from '../read/codes-of-range.ts'
import { cellsOfLine } from '../read/table-rows.ts'
import { textLines } from '../read/text-lines.ts'
import type { DeckVersion } from './deck-history.ts'
import { NO_TERMS, type DeckTerms, type TermsPool } from './deck-terms.ts'
import type { DeckCodes } from './merge-list.ts'

/** Throws `catalogue_invalid` where the file is none that tik or its owner wrote rightly. */
export function readDeckCodes(file: string, pool: TermsPool): DeckCodes {
  const codes = new Map<string, DeckVersion[]>()
  const dayOf = cachedDay(file)
  let titles: readonly string[] | undefined
  for (const { line, text } of textLines(file, 'utf-8')) {
    if (text.trim() === '') continue
    const cells = cellsOfLine(text, ',').map((cell) => cell.trim())
    if (titles === undefined) {
      titles = cells
      requireTitles(titles, file)
      continue
    }
    const cell = (title: string) => cells[titles?.indexOf(title) ?? -1] ?? ''
    const terms = pool.one(termsOf(cell, titles))
    const fromDay = cell('from') === '' ? -Infinity : dayOf(cell('from'), line)
    const untilDay = cell('until') === '' ? Infinity : dayOf(cell('until'), line)
    for (const code of codesOfCell(cell('code'))) {
      const versions = codes.get(code)
      if (versions === undefined) codes.set(code, [{ fromDay, untilDay, terms }])
      else versions.push({ fromDay, untilDay, terms })
    }
  }
  for (const [code, versions] of codes) {
    versions.sort((left, right) => left.fromDay - right.fromDay)
    const clash = versions.find(
      (version, index) => version.untilDay > (versions[index + 1]?.fromDay ?? Infinity),
    )
    if (clash === undefined) continue
    throw new TikError('catalogue_invalid', `${file}: rows of the code ${code} overlap in time`)
  }
  return codes
}

/** Written beside and then renamed: whoever reads has the old deck or the new one. */
export function writeDeckCodes(file: string, codes: DeckCodes): void {
  const beside = `${file}.new`
  const descriptor = openSync(beside, 'w')
  try {
    let text = ''
    for (const line of deckLines(codes)) {
      text += line
      if (text.length < PIECE_CHARS) continue
      writeSync(descriptor, text)
      text = ''
    }
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** The file's lines with their ends, titles first. Equal decks have equal lines. */
export function* deckLines(codes: DeckCodes): Generator<string> {
  const bandIds = new Set<string>()
  const filled = new Set<string>(['code', 'price', 'from', 'until'])
  for (const versions of codes.values()) {
    for (const { terms } of versions) {
      for (const band of terms.bands) bandIds.add(band.slice(0, band.indexOf('=')))
      for (const title of TERM_TITLES) if (terms[title] !== '') filled.add(title)
    }
  }
  const bands = [...bandIds].toSorted()
  // Titles that were there always, so that a later list does not change every line.
  const titles = TITLES.filter((title) => ALWAYS.has(title) || filled.has(title))
  yield `${[...titles, ...bands.map((id) => `price@${id}`)].join(',')}\n`
  for (const code of [...codes.keys()].toSorted()) {
    for (const version of codes.get(code) ?? []) {
      const cells = titles.map((title) => cellOf(title, code, version))
      const prices = bands.map((id) => bandPrice(version.terms, id))
      yield `${[...cells, ...prices].map(quoted).join(',')}\n`
    }
  }
}

const TERM_TITLES = [
  'destination',
  'price',
  'fee',
  'first',
  'next',
  'minimum',
  'maximum',
  'free',
  'cover',
  'party',
] as const
const TITLES = ['code', ...TERM_TITLES, 'from', 'until'] as const
const ALWAYS: ReadonlySet<string> = new Set([
  'code',
  'destination',
  'price',
  'fee',
  'first',
  'next',
  'minimum',
  'cover',
  'from',
  'until',
])
const PIECE_CHARS = 1_000_000

function cellOf(title: (typeof TITLES)[number], code: string, version: DeckVersion): string {
  if (title === 'code') return code
  if (title === 'from') return Number.isFinite(version.fromDay) ? dayToIso(version.fromDay) : ''
  if (title === 'until') return Number.isFinite(version.untilDay) ? dayToIso(version.untilDay) : ''
  return version.terms[title]
}

function bandPrice({ bands }: DeckTerms, id: string): string {
  return bands.find((band) => band.startsWith(`${id}=`))?.slice(id.length + 1) ?? ''
}

/** A cell is one line: quotes only where the text needs them. */
function quoted(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text)
    ? `"${text.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"`
    : text
}

function termsOf(cell: (title: string) => string, titles: readonly string[]): DeckTerms {
  const terms = { ...NO_TERMS }
  const bands = titles
    .filter((title) => title.startsWith(BAND) && cell(title) !== '')
    .map((title) => `${title.slice(BAND.length)}=${cell(title)}`)
  return {
    ...terms,
    ...Object.fromEntries(TERM_TITLES.map((title) => [title, cell(title)])),
    bands: bands.toSorted(),
  }
}

const BAND = 'price@'

function requireTitles(titles: readonly string[], file: string): void {
  const known: readonly string[] = TITLES
  const unknown = titles.find((title) => !known.includes(title) && !title.startsWith(BAND))
  if (titles.includes('code') && titles.includes('price') && unknown === undefined) return
  const what = unknown === undefined ? 'no titles of a price deck' : `"${unknown}" among its titles`
  throw new TikError('catalogue_invalid', `${file} has ${what}`)
}

/** Written by hand it may hold several, by blanks, and ranges. */
function codesOfCell(text: string): string[] {
  if (/^\d+$/.test(text)) return [text]
  return text.split(/\s+/).flatMap((item) => {
    const [first = '', last] = item.split('-')
    return last === undefined ? [first] : codesOfRange(first, last)
  })
}

function cachedDay(file: string): (text: string, line: number) => number {
  const known = new Map<string, number>()
  return (text, line) => {
    let day = known.get(text)
    if (day === undefined) {
      day = dayIn(text, `${file}:${line}`)
      known.set(text, day)
    }
    return day
  }
}

function dayIn(text: string, where: string): number {
  try {
    return dayFromIso(text)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new TikError('catalogue_invalid', `${where}: "${text}" is no date`, { cause })
  }
}
