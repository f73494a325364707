/**
 * The entries of all sections of all files, not yet parsed: who is declared where, and once only.
 */
import { createProblemList } from './catalogue-problem.ts'
import type { CatalogueProblem, Declaration, Place } from './catalogue-problem.ts'
import { idSchema } from './catalogue-schema.ts'
import { isRecord } from './yaml-file.ts'
import type { YamlFile } from './yaml-file.ts'

export interface SectionCollection {
  add(file: YamlFile): void
  entries(section: string): readonly Declaration<unknown>[]
  /** Also true of what is wrong in itself: references to it are not reported as well. */
  isDeclared(section: string, id: string): boolean
  isWhole(file: string): boolean
  problems(): readonly CatalogueProblem[]
}

const SECTIONS = [
  'catalogue',
  'callTypes',
  'rates',
  'allowances',
  'plans',
  'modules',
  'zones',
  'destinationZones',
  'specialNumbers',
  'holidays',
  'vat',
  'priceDecks',
  'suppliers',
]
/** There is one of each in a catalogue. */
const SINGLE_SECTIONS = ['catalogue', 'holidays']
/** Has a list for each home country, whose items have no name of their own. */
const COUNTRY_SECTION = 'specialNumbers'
const HOME_COUNTRIES = ['NL', 'BE']
/** Its entries are named by country. */
const VAT_SECTION = 'vat'

export function createSectionCollection(): SectionCollection {
  const list = createProblemList()
  const fileProblems: CatalogueProblem[] = []
  const brokenFiles = new Set<string>()
  const placeByKey = new Map<string, Place>()
  const entriesBySection = new Map(
    SECTIONS.map((section): [string, Declaration<unknown>[]] => [section, []]),
  )

  function declare(section: string, declaration: Declaration<unknown>): void {
    const key = `${section}/${declaration.id}`
    const earlier = placeByKey.get(key)
    if (earlier !== undefined && section !== COUNTRY_SECTION) {
      const where = `${earlier.file}:${earlier.lineOf([])}`
      list.error(declaration.place, [], `${section}: "${declaration.id}" is already in ${where}`)
      return
    }
    placeByKey.set(key, declaration.place)
    entriesBySection.get(section)?.push(declaration)
  }

  function declareCountryLists(content: Record<string, unknown>, file: YamlFile): void {
    for (const [id, items] of Object.entries(content)) {
      if (!Array.isArray(items) || !HOME_COUNTRIES.includes(id)) {
        const place = file.placeOf([COUNTRY_SECTION, id])
        list.error(place, [], `${COUNTRY_SECTION} has the lists NL and BE only, not "${id}"`)
        continue
      }
      for (const [index, given] of items.entries()) {
        const place = file.placeOf([COUNTRY_SECTION, id, index])
        declare(COUNTRY_SECTION, { id, given, place })
      }
    }
  }

  function addSection(section: string, content: unknown, file: YamlFile): void {
    const place = file.placeOf([section])
    if (!SECTIONS.includes(section)) {
      const known = SECTIONS.join(', ')
      list.error(place, [], `"${section}" is no section of a catalogue; they are ${known}`)
    } else if (!isRecord(content)) {
      list.error(place, [], `${section}: has no named entries under it`)
    } else if (SINGLE_SECTIONS.includes(section)) {
      declare(section, { id: section, given: content, place })
    } else if (section === COUNTRY_SECTION) {
      declareCountryLists(content, file)
    } else {
      for (const [id, given] of Object.entries(content)) {
        const entry = file.placeOf([section, id])
        if (file.isWhole && section === VAT_SECTION && !/^[A-Z]{2}$/.test(id)) {
          list.error(entry, [], `"${id}" is no country: two capital letters such as NL`)
        } else if (file.isWhole && section !== VAT_SECTION && !idSchema.safeParse(id).success) {
          list.error(entry, [], `"${id}" is no id: lower case letters, digits and hyphens only`)
        }
        declare(section, { id, given, place: entry })
      }
    }
  }

  return {
    add(file) {
      fileProblems.push(...file.problems)
      if (!file.isWhole) brokenFiles.add(file.placeOf([]).file)
      for (const [section, content] of Object.entries(file.sections)) {
        addSection(section, content, file)
      }
    },
    entries: (section) => entriesBySection.get(section) ?? [],
    isDeclared: (section, id) => placeByKey.has(`${section}/${id}`),
    isWhole: (file) => !brokenFiles.has(file),
    problems: () => [...fileProblems, ...list.problems],
  }
}
