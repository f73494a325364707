/**
 * The files of a catalogue folder as declarations: every entry of every section, parsed by its
 * schema, with its place. Sections may be spread over files as the owner likes; files are taken in
 * the order of their names, which is also the order of call types.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import type { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { createProblemList, linePlace } from './catalogue-problem.ts'
import { catalogueText } from './catalogue-text.ts'
import type { CatalogueProblem, Declaration, ProblemList } from './catalogue-problem.ts'
import { readCsvFile } from './csv-file.ts'
import type { CsvFile, CsvRow } from './csv-file.ts'
import {
  allowanceSchema,
  callTypeSchema,
  destinationZoneSchema,
  holidaysSchema,
  idSchema,
  moduleSchema,
  planSchema,
  priceDeckSchema,
  rateSchema,
  settingsSchema,
  specialNumberSchema,
  supplierSchema,
  vatSchema,
  versionedRateSchema,
  zoneSchema,
} from './catalogue-schema.ts'
import { fileDigest } from './file-digest.ts'
import { createSectionCollection } from './section-collection.ts'
import type { SectionCollection } from './section-collection.ts'
import { isRecord, readYamlFile } from './yaml-file.ts'

export type RateDeclaration = z.infer<typeof rateSchema> | z.infer<typeof versionedRateSchema>
export type AllowanceDeclaration = z.infer<typeof allowanceSchema>
export type PlanDeclaration = z.infer<typeof planSchema>
export type ModuleDeclaration = z.infer<typeof moduleSchema>
export type CallTypeDeclaration = z.infer<typeof callTypeSchema>
export type ZoneDeclaration = z.infer<typeof zoneSchema>
export type SpecialNumberDeclaration = z.infer<typeof specialNumberSchema>
export type VatDeclaration = z.infer<typeof vatSchema>
export type SupplierDeclaration = z.infer<typeof supplierSchema>
export type DeckDeclaration = z.infer<typeof priceDeckSchema>
export type Settings = z.infer<typeof settingsSchema>

export interface CatalogueFolder {
  /** SHA-256 over the names and contents of all files, hex. */
  readonly hash: string
  readonly settings: Declaration<Settings> | undefined
  readonly holidays: z.infer<typeof holidaysSchema>
  readonly callTypes: readonly Declaration<CallTypeDeclaration>[]
  readonly rates: readonly Declaration<RateDeclaration>[]
  readonly allowances: readonly Declaration<AllowanceDeclaration>[]
  readonly plans: readonly Declaration<PlanDeclaration>[]
  readonly modules: readonly Declaration<ModuleDeclaration>[]
  readonly zones: readonly Declaration<ZoneDeclaration>[]
  readonly destinationZones: readonly Declaration<z.infer<typeof destinationZoneSchema>>[]
  /** `id` is the home country. */
  readonly specialNumbers: readonly Declaration<SpecialNumberDeclaration>[]
  /** `id` is the country. */
  readonly vat: readonly Declaration<VatDeclaration>[]
  /** What is said of a price deck beside its rows. */
  readonly priceDecks: readonly Declaration<DeckDeclaration>[]
  readonly deckFiles: readonly DeckFile[]
  readonly suppliers: readonly Declaration<SupplierDeclaration>[]
  readonly deckRows: readonly CsvRow[]
  readonly exchangeRateRows: readonly CsvRow[]
  readonly countryRows: readonly CsvRow[]
  /** Also true of what has errors of its own: references to it are not reported as well. */
  isDeclared(section: string, id: string): boolean
  readonly problems: readonly CatalogueProblem[]
}

/** A file of prices by code. They are large, so their rows are read only where none were kept. */
export interface DeckFile {
  readonly name: string
  readonly path: string
  readonly deckId: string
  /** SHA-256 of its bytes, hex. */
  readonly digest: string
}

/** Throws `file_missing` when the folder cannot be read; what is wrong inside is in `problems`. */
export function readCatalogueFolder(folder: string): CatalogueFolder {
  const hash = createHash('sha256')
  const sections = createSectionCollection()
  const csvFiles: CsvFile[] = []
  const deckFiles: DeckFile[] = []
  const textProblems: CatalogueProblem[] = []
  for (const name of catalogueFiles(folder)) {
    if (name.endsWith(DECK_SUFFIX)) {
      const digest = fileDigest(join(folder, name))
      hash.update(`${name}\0${digest}\0`)
      const deckId = basename(name).split('.')[0] ?? ''
      deckFiles.push({ name, path: join(folder, name), deckId, digest })
      if (!idSchema.safeParse(deckId).success) textProblems.push(noDeckName(name, deckId))
      continue
    }
    const bytes = readFileSync(join(folder, name))
    // As builds before took it: the hash of a catalogue that rated something must stay.
    hash.update(`${name}\0${bytes.toString('utf8')}\0`)
    const { text, problems } = catalogueText(name, bytes)
    textProblems.push(...problems)
    if (problems.some(({ severity }) => severity === 'error')) continue
    if (name.endsWith('.csv')) csvFiles.push(readCsvFile(name, text))
    else sections.add(readYamlFile(name, text))
  }
  const rowsOf = (kind: CsvFile['kind']) =>
    csvFiles.filter((file) => file.kind === kind).flatMap((file) => file.rows)
  const parsed = parseSections(sections)
  return {
    ...parsed,
    hash: hash.digest('hex'),
    deckFiles,
    deckRows: rowsOf('deck'),
    exchangeRateRows: rowsOf('exchangeRates'),
    countryRows: rowsOf('countries'),
    isDeclared: (section, id) => sections.isDeclared(section, id),
    problems: [...textProblems, ...csvFiles.flatMap((file) => file.problems), ...parsed.problems],
  }
}

const DECK_SUFFIX = '.prices.csv'

function noDeckName(file: string, deckId: string): CatalogueProblem {
  const message = `"${deckId}" is no id of a deck: name the file as az.prices.csv or az.2026-11.prices.csv`
  return { severity: 'error', file, line: 1, message }
}

const FILES_MAX = 1_000

function catalogueFiles(folder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (cause) {
    const hint = 'Give a folder of .yaml and .csv files; fixtures/catalogue is an example.'
    throw new TikError('file_missing', `the catalogue folder ${folder} cannot be read`, {
      cause,
      hint,
    })
  }
  const files = names
    .map((name) => name.split(sep).join('/'))
    .filter((name) => /\.(yaml|yml|csv)$/.test(name))
  if (files.length === 0 || files.length > FILES_MAX) {
    const message = `${folder} has ${files.length} .yaml and .csv files; 1 to ${FILES_MAX} are read`
    throw new TikError('catalogue_invalid', message)
  }
  return files.sort()
}

function parseSections(sections: SectionCollection) {
  const list = createProblemList()
  function parsed<T>(section: string, schemaOf: (given: unknown) => z.ZodType<T>) {
    return sections.entries(section).flatMap((declaration) => {
      const result = schemaOf(declaration.given).safeParse(declaration.given)
      if (result.success) return [{ ...declaration, given: result.data }]
      if (!sections.isWhole(declaration.place.file)) return []
      for (const issue of result.error.issues) reportIssue(issue, declaration, list)
      return []
    })
  }
  if (!sections.isDeclared('catalogue', 'catalogue')) {
    const place = linePlace('catalogue.yaml', 1)
    list.error(place, [], 'no file has the section "catalogue:" with its timeZone')
  }
  return {
    settings: parsed('catalogue', () => settingsSchema)[0],
    holidays: parsed('holidays', () => holidaysSchema)[0]?.given ?? { NL: [], BE: [] },
    callTypes: parsed('callTypes', () => callTypeSchema),
    rates: parsed<RateDeclaration>('rates', (given) =>
      isRecord(given) && 'versions' in given ? versionedRateSchema : rateSchema,
    ),
    allowances: parsed('allowances', () => allowanceSchema),
    plans: parsed('plans', () => planSchema),
    modules: parsed('modules', () => moduleSchema),
    zones: parsed('zones', () => zoneSchema),
    destinationZones: parsed('destinationZones', () => destinationZoneSchema),
    specialNumbers: parsed('specialNumbers', () => specialNumberSchema),
    vat: parsed('vat', () => vatSchema),
    priceDecks: parsed('priceDecks', () => priceDeckSchema),
    suppliers: parsed('suppliers', () => supplierSchema),
    // Last, when everything has been parsed.
    problems: [...sections.problems(), ...list.problems],
  }
}

function reportIssue(
  issue: z.core.$ZodIssue,
  { id, given, place }: Declaration<unknown>,
  list: ProblemList,
): void {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      list.error(place, [...path, key], `${[id, ...path].join('.')}: "${key}" is no known field`)
    }
    return
  }
  const sentence = valueAt(given, path) === undefined ? 'is missing' : issue.message
  list.error(place, path, `${[id, ...path].join('.')}: ${sentence}`)
}

/** What is at the path; undefined where nothing is. */
function valueAt(given: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
    return isRecord(value) ? value[key] : undefined
  }, given)
}
