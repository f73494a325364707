/** Days as suppliers write them: by the patterns of their mapping, and always as 2026-10-01. */
import { dayFromIso } from '../../core/time/period.ts'

/** Days since 1970-01-01, or why the cell is none, one sentence. */
export type DayOrProblem = number | string

/** A reader that remembers what it read: a list has few dates and many rows. */
export function createDateReader(patterns: readonly string[]): (cell: string) => DayOrProblem {
  const known = new Map<string, DayOrProblem>()
  return (cell) => {
    let day = known.get(cell)
    if (day === undefined) {
      day = readDate(cell, patterns)
      if (known.size < KNOWN_MAX) known.set(cell, day)
    }
    return day
  }
}

/** '' for a pattern of the parts YYYY, YY, MM, M, DD, D and MMM (a month's name), each once. */
export function datePatternProblem(pattern: string): string {
  const kinds = partsOf(pattern).flatMap((part) => kindOf(part) ?? [])
  const isWhole = ['year', 'month', 'day'].every(
    (kind) => kinds.filter((each) => each === kind).length === 1,
  )
  return isWhole ? '' : 'write a date with YYYY or YY, MM, M or MMM, and DD or D: DD/MM/YYYY'
}

const KNOWN_MAX = 10_000

function readDate(cell: string, patterns: readonly string[]): DayOrProblem {
  const [date, time] = withoutTime(cell.trim())
  if (time !== undefined && !/^[0:.]+(?:Z|\+00:?00)?$/.test(time)) {
    return `the date "${cell}" has a time of day; prices change at midnight`
  }
  if (/^\d{5}(?:\.0+)?$/.test(date)) {
    return `"${cell}" is how a spreadsheet counts days: make the column a date and export it again`
  }
  for (const pattern of ['YYYY-MM-DD', ...patterns]) {
    const iso = matched(date, pattern)
    if (iso === undefined) continue
    try {
      return dayFromIso(iso)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return `the date "${cell}" does not exist`
    }
  }
  const read = ['YYYY-MM-DD', ...patterns].join(', ')
  return `the date "${cell}" is not written as ${read}`
}

function withoutTime(text: string): [date: string, time?: string] {
  const at = text.search(/[T ]\d{1,2}:\d\d/)
  return at <= 0 ? [text] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

/** The date in ISO form where the text has the form of the pattern. */
function matched(text: string, pattern: string): string | undefined {
  let [year, month, day] = ['', '', '']
  let at = 0
  for (const part of partsOf(pattern)) {
    const kind = kindOf(part)
    if (kind === undefined) {
      if (!text.startsWith(part, at)) return undefined
      at += part.length
      continue
    }
    const found = part === 'MMM' ? lettersAt(text, at) : digitsAt(text, at, part)
    if (found === '') return undefined
    at += found.length
    if (kind === 'year') year = found.length === 2 ? `20${found}` : found
    else if (kind === 'day') day = found
    else month = part === 'MMM' ? monthNamed(found) : found
    if (month === '' && kind === 'month') return undefined
  }
  if (at !== text.length) return undefined
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

function digitsAt(text: string, at: number, part: string): string {
  const max = part.length === 1 ? 2 : part.length
  let end = at
  while (end < text.length && end - at < max && /\d/.test(text[end] ?? '')) end += 1
  return end - at >= (part === 'MM' || part === 'DD' ? 1 : part.length) ? text.slice(at, end) : ''
}

function lettersAt(text: string, at: number): string {
  let end = at
  while (end < text.length && /[\p{L}.]/u.test(text[end] ?? '')) end += 1
  return text.slice(at, end)
}

/** English, Dutch, French and German, whole or cut after three letters or more. */
function monthNamed(name: string): string {
  const plain = name.toLowerCase().replaceAll('.', '').normalize('NFD').replaceAll(/\p{M}/gu, '')
  if (plain.length < 3) return ''
  const index = MONTHS.findIndex((names) => names.some((each) => each.startsWith(plain)))
  return index === -1 ? '' : String(index + 1)
}

const MONTHS: readonly (readonly string[])[] = [
  ['january', 'januari', 'janvier', 'januar'],
  ['february', 'februari', 'fevrier', 'februar'],
  ['march', 'maart', 'mrt', 'mars', 'marz', 'maerz'],
  ['april', 'avril'],
  ['may', 'mei', 'mai'],
  ['june', 'juni', 'juin'],
  ['july', 'juli', 'juillet'],
  ['august', 'augustus', 'aout'],
  ['september', 'septembre'],
  ['october', 'oktober', 'octobre'],
  ['november', 'novembre'],
  ['december', 'decembre', 'dezember'],
]

function partsOf(pattern: string): string[] {
  return pattern.match(/YYYY|YY|MMM|MM|M|DD|D|[^YMD]+|./g) ?? []
}

function kindOf(part: string): 'year' | 'month' | 'day' | undefined {
  if (part === 'YYYY' || part === 'YY') return 'year'
  if (part === 'MMM' || part === 'MM' || part === 'M') return 'month'
  return part === 'DD' || part === 'D' ? 'day' : undefined
}
