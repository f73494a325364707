/**
 * Makes the deck of prefixes and the table of countries of the sample catalogue from
 * scripts/deck/*.txt: `node scripts/make-deck.ts --out fixtures/catalogue`. With `--rows 12000` or
 * `--rows 20000` the deck is blown up with ranges inside the countries' own prefixes, the same ones
 * each time, as the decks of carriers are; the files of the sample itself have no such option.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

export interface DeckRow {
  readonly prefix: string
  readonly destination: string
  readonly name: string
  readonly country: string
  readonly class: string
  readonly zone: string
}

interface CountryLine {
  readonly country: string
  readonly alpha3: string
  readonly callingCodes: readonly string[]
  readonly mobileCountryCodes: readonly string[]
  readonly zone: string
  readonly mobilePrefixes: readonly string[]
  readonly name: string
}

const DECK_FOLDER = new URL('deck/', import.meta.url)
const HOME_COUNTRIES = ['NL', 'BE']

/** Rows by prefix, at least `rowsMin` of them when it is given; always the same for one number. */
export function makeDeck(options: { rowsMin?: number } = {}): DeckRow[] {
  const rows = [
    ...countryRows(),
    ...fixedRows('home-ranges.txt'),
    ...fixedRows('non-geographic.txt'),
  ]
  const seen = new Map(rows.map((row) => [row.prefix, row]))
  blowUp(seen, rows, options.rowsMin ?? 0)
  return [...seen.values()].sort((left, right) => (left.prefix < right.prefix ? -1 : 1))
}

export function deckCsv(rows: readonly DeckRow[]): string {
  const lines = rows.map((row) =>
    [row.prefix, row.destination, quoted(row.name), row.country, row.class, row.zone].join(','),
  )
  return ['prefix,destination,name,country,class,zone', ...lines, ''].join('\n')
}

export function countriesCsv(): string {
  const lines = readCountries().map(({ country, alpha3, name, mobileCountryCodes }) =>
    [country, alpha3, quoted(name), mobileCountryCodes.join(' ')].join(','),
  )
  return ['country,alpha3,name,mcc', ...lines, ''].join('\n')
}

function countryRows(): DeckRow[] {
  return readCountries()
    .filter(({ country }) => !HOME_COUNTRIES.includes(country))
    .flatMap(({ country, name, zone, callingCodes, mobilePrefixes }) => {
      const id = country.toLowerCase()
      const fixed = { destination: `${id}-fixed`, name, country, class: 'fixed', zone }
      const mobile = {
        ...fixed,
        destination: `${id}-mobile`,
        name: `${name} mobile`,
        class: 'mobile',
      }
      return [
        ...callingCodes.map((prefix) => ({ prefix, ...fixed })),
        ...mobilePrefixes.map((prefix) => ({ prefix, ...mobile })),
      ]
    })
}

function readCountries(): CountryLine[] {
  return tableLines('countries.txt').map((line) => {
    const [country, alpha3, calling, mcc, zone, mobile, ...name] = line.split(/\s+/)
    return {
      country: country ?? '',
      alpha3: alpha3 ?? '',
      callingCodes: listOf(calling),
      mobileCountryCodes: listOf(mcc),
      zone: zone ?? '',
      mobilePrefixes: listOf(mobile),
      name: name.join(' '),
    }
  })
}

function fixedRows(file: string): DeckRow[] {
  return tableLines(file).flatMap((line) => {
    const [prefixes, destination, country, tariffClass, zone, ...name] = line.split(/\s+/)
    return listOf(prefixes).map((prefix) => ({
      prefix,
      destination: destination ?? '',
      name: name.join(' '),
      country: country === '-' ? '' : (country ?? ''),
      class: tariffClass ?? '',
      zone: zone ?? '',
    }))
  })
}

/** Adds ranges one digit longer, round after round, until there are enough. */
function blowUp(seen: Map<string, DeckRow>, rows: readonly DeckRow[], rowsMin: number): void {
  let parents = rows
  while (seen.size < rowsMin) {
    const children: DeckRow[] = []
    for (const parent of parents) {
      for (let digit = 0; digit <= 9 && seen.size < rowsMin; digit += 1) {
        const prefix = `${parent.prefix}${digit}`
        if (seen.has(prefix)) continue
        const child = { ...parent, prefix, destination: `${parent.destination}-${prefix}` }
        seen.set(prefix, child)
        children.push(child)
      }
    }
    parents = children
  }
}

function tableLines(file: string): string[] {
  return readFileSync(new URL(file, DECK_FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
}

function listOf(cell: string | undefined): string[] {
  return cell === undefined || cell === '-' ? [] : cell.split(',')
}

function quoted(text: string): string {
  return text.includes(',') ? `"${text}"` : text
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: 'fixtures/catalogue' }, rows: { type: 'string' } },
  })
  const rowsMin = values.rows === undefined ? 0 : Number.parseInt(values.rows, 10)
  const rows = makeDeck({ rowsMin })
  mkdirSync(values.out, { recursive: true })
  writeFileSync(join(values.out, 'deck.csv'), deckCsv(rows))
  writeFileSync(join(values.out, 'countries.csv'), countriesCsv())
  console.log(`${rows.length} prefixes in ${join(values.out, 'deck.csv')}`)
}
