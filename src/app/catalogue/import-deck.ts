/** A supplier's list taken into a deck of a catalogue's folder, whole or not at all. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { createPrefixTable } from '../../catalogue/classify/prefix-table.ts'
import { checkCatalogue } from '../../catalogue/load-catalogue.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { holdsAt } from '../../core/time/validity.ts'
import { readDeckCodes, writeDeckCodes } from '../../price-lists/deck/deck-file.ts'
import { createTermsPool } from '../../price-lists/deck/deck-terms.ts'
import {
  journalOf,
  readJournal,
  writeJournal,
  type TakenList,
} from '../../price-lists/deck/list-journal.ts'
import { importList, type ImportedList, type ListCountries } from '../../price-lists/import-list.ts'
import { ownLayout, readListMapping, type ListMapping } from '../../price-lists/list-mapping.ts'
import { cellsOfLine } from '../../price-lists/read/table-rows.ts'
import { headOf, textLines } from '../../price-lists/read/text-lines.ts'
import { isWorkbook, writeSheetText } from '../../price-lists/read/workbook-text.ts'
import type { Talk } from '../talk.ts'
import { decksBelowCost, type DeckBelowCost } from './decks-below-cost.ts'

export interface DeckImport {
  readonly file: string
  readonly deckId: string
  /** Date of the list, ISO: nothing before it changes. */
  readonly from: string
  /** undefined: as the mapping says. */
  readonly kind: 'full' | 'changes' | undefined
  readonly mappingFile: string | undefined
  readonly isDryRun: boolean
  /** Take the other rows where some cannot be used. */
  readonly skipsUnusable: boolean
}

export interface DeckImportResult {
  readonly deckFile: string
  readonly kind: 'full' | 'changes'
  readonly listDay: number
  readonly jumpFactor: number
  readonly imported: ImportedList
  /** By the decks of costs that the catalogue has. */
  readonly belowCost: readonly DeckBelowCost[]
  readonly isWritten: boolean
}

/** Throws `usage_error`, `file_missing`, `file_unreadable`, `mapping_invalid` or `catalogue_invalid`. */
export async function importDeck(
  catalogueFolder: string,
  question: DeckImport,
  talk: Talk,
): Promise<DeckImportResult> {
  const listDay = dayOf(question.from)
  const deckFile = deckFileOf(catalogueFolder, question.deckId)
  const mapping = mappingOf(catalogueFolder, question, talk)
  const kind = question.kind ?? mapping.list
  if (kind === undefined) {
    throw new TikError('usage_error', 'is the list whole, or does it have what changes?', {
      hint: 'say --full (what it does not name ends) or --changes, or say it in the mapping as list:',
    })
  }
  const pool = createTermsPool()
  const lists = readJournal(deckFile)
  const fullDays = lists.flatMap((list) => (list.isFull ? [list.listDay] : []))
  const before = {
    codes: existsSync(deckFile) ? readDeckCodes(deckFile, pool) : new Map(),
    fullDays: [...new Set(fullDays)].toSorted((left, right) => left - right),
  }
  const isFull = kind === 'full'
  using readable = await readableList(question.file, mapping)
  const list = { ...readable, listDay, isFull, pool }
  const { catalogue } = await checkCatalogue(catalogueFolder)
  if (catalogue === undefined) {
    talk.remark(
      'The catalogue has errors (tik catalogue check): countries and costs were not looked at.',
    )
  }
  const imported = importList(list, before, countriesOf(catalogue, listDay))
  const belowCost =
    catalogue === undefined
      ? []
      : decksBelowCost(catalogue, question.deckId, { codes: imported.codes, day: listDay })
  const isUsable = imported.faults.length === 0 || question.skipsUnusable
  const isWritten = isUsable && !question.isDryRun
  if (isWritten) {
    writeDeckCodes(deckFile, imported.codes)
    writeJournal(deckFile, withList(lists, { ...takenList(question.file), listDay, isFull }))
  }
  return { deckFile, kind, listDay, jumpFactor: mapping.jumpFactor, imported, belowCost, isWritten }
}

function dayOf(from: string): number {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(from)) return dayFromIso(from)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw new TikError('usage_error', `--from "${from}" is no date`, {
    hint: 'write it as 2026-11-01',
  })
}

/** The deck's one file; of several the one that lists were taken into. */
function deckFileOf(folder: string, deckId: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(deckId)) {
    throw new TikError('usage_error', `"${deckId}" is no id of a deck`, {
      hint: 'lower case letters, digits and hyphens',
    })
  }
  if (!existsSync(folder)) {
    throw new TikError('file_missing', `there is no catalogue in ${folder}`)
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.prices.csv') && basename(name).split('.')[0] === deckId)
    .toSorted()
    .map((name) => join(folder, name))
  const [only = join(folder, `${deckId}.prices.csv`), ...others] = files
  if (others.length === 0) return only
  const taken = files.find((file) => existsSync(journalOf(file)))
  return taken ?? join(dirname(only), `${deckId}.list.prices.csv`)
}

/** The file that is named, the supplier's beside the catalogue, or the form in which tik writes decks. */
function mappingOf(folder: string, question: DeckImport, talk: Talk): ListMapping {
  if (question.mappingFile !== undefined) return readListMapping(question.mappingFile)
  const usual = join(dirname(folder), 'suppliers', `${question.deckId}.yaml`)
  if (existsSync(usual)) return readListMapping(usual)
  talk.remark(`There is no mapping ${usual}: the list is read as tik writes decks.`)
  const first = textLines(question.file).next()
  return ownLayout(first.done === true ? [] : cellsOfLine(first.value.text, ','))
}

/** A workbook is read as the text of its sheet, which is gone afterwards. */
async function readableList(file: string, mapping: ListMapping) {
  if (!isWorkbook(headOf(file))) return { file, mapping, [Symbol.dispose]() {} }
  const beside = mkdtempSync(join(tmpdir(), 'tik-sheet-'))
  const remove = () => rmSync(beside, { recursive: true, force: true })
  const text = join(beside, basename(file))
  try {
    await writeSheetText({ file, sheet: mapping.sheet }, text)
  } catch (error) {
    remove()
    throw error
  }
  const asText = { ...mapping, encoding: 'utf-8' as const, delimiter: 'tab' as const }
  return { file: text, mapping: asText, [Symbol.dispose]: remove }
}

function countriesOf(catalogue: Catalogue | undefined, listDay: number): ListCountries {
  const atMs = listDay * DAY_MS
  const entries = (catalogue?.destinations ?? []).map(({ prefix, country, fromMs, toMs }) => {
    return { prefix, exact: false, kindMask: 1, fromMs, toMs, value: country }
  })
  const table = createPrefixTable(entries)
  return {
    countryOf: (code) => table.find(code, 0, 1, atMs) ?? '',
    prefixes: entries
      .filter((entry) => holdsAt(entry, atMs))
      .map(({ prefix, value }) => ({ prefix, country: value }))
      .toSorted((left, right) => (left.prefix < right.prefix ? -1 : 1)),
  }
}

const DAY_MS = 86_400_000

function takenList(file: string): Pick<TakenList, 'hash' | 'name'> {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
  return { hash: hash.slice(0, 12), name: basename(file).replaceAll(/\s+/g, ' ') }
}

/** Taken in again it is the same list. */
function withList(lists: readonly TakenList[], list: TakenList): TakenList[] {
  const isSame = (other: TakenList) =>
    other.hash === list.hash && other.listDay === list.listDay && other.isFull === list.isFull
  return [...lists.filter((other) => !isSame(other)), list]
}
