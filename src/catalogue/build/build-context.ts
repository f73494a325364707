/**
 * What every builder needs: the folder's declarations, where to report, and how dates, quantities
 * and patterns of this catalogue are read.
 */
import type { Validity } from '../../core/accounts/accounts.ts'
import { dayFromIso, dayStartMs } from '../../core/time/period.ts'
import type { Place, ProblemList } from '../read/catalogue-problem.ts'
import { parseQuantity } from '../quantity.ts'
import type { DataUnits, Measure } from '../quantity.ts'
import type { CatalogueFolder } from '../read/read-catalogue-folder.ts'

export type Path = readonly (string | number)[]

export interface BuildContext {
  readonly folder: CatalogueFolder
  readonly problems: ProblemList
  /** Local dates as a half-open stretch of time; a date that does not exist is reported. */
  validityOf(given: DatedEntry, place: Place, path: Path): Validity
  /** The quantity in units of the measure; what is wrong is reported and 0 returned. */
  quantityOf(text: string, measure: Measure, place: Place, path: Path): number
}

export interface DatedEntry {
  readonly from?: string | undefined
  readonly until?: string | undefined
}

export function createBuildContext(
  folder: CatalogueFolder,
  problems: ProblemList,
  settings: { timeZone: string; units: DataUnits },
): BuildContext {
  const startsByDate = new Map<string, number | undefined>()

  function startOf(date: string): number | undefined {
    if (!startsByDate.has(date)) startsByDate.set(date, dateStartMs(date, settings.timeZone))
    return startsByDate.get(date)
  }

  function boundOf(text: string | undefined, whenAbsent: number, place: Place, path: Path): number {
    if (text === undefined || text === '') return whenAbsent
    const startMs = startOf(text)
    if (startMs === undefined) problems.error(place, path, `${text} is no date that exists`)
    return startMs ?? whenAbsent
  }

  return {
    folder,
    problems,
    validityOf({ from, until }, place, path) {
      const fromMs = boundOf(from, -Infinity, place, [...path, 'from'])
      const toMs = boundOf(until, Infinity, place, [...path, 'until'])
      if (fromMs >= toMs) {
        const message = `until ${until} is not after from ${from}: it is never valid`
        problems.error(place, [...path, 'until'], message)
      }
      return { fromMs, toMs }
    },
    quantityOf(text, measure, place, path) {
      const quantity = parseQuantity(text, measure, settings.units)
      if (typeof quantity === 'number') return quantity
      problems.error(place, path, quantity)
      return 0
    },
  }
}

/** Keys that a pattern with `*` matches; without `*` the pattern itself when it is a key. */
export function matchingIds(pattern: string, ids: readonly string[]): string[] {
  if (!pattern.includes('*')) return ids.includes(pattern) ? [pattern] : []
  const parts = pattern.split('*')
  return ids.filter((id) => matchesParts(id, parts))
}

/** What stands between the stars, in order: each part where it is first found, the last at the end. */
function matchesParts(id: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (!id.startsWith(first)) return false
  let from = first.length
  for (const part of parts.slice(1, -1)) {
    const found = id.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return id.length - from >= last.length && id.endsWith(last)
}

/**
 * Ends each entry that overlaps a later one where the later begins: the one that starts later wins.
 * `overlap` is called with the index of the earlier entry where it said itself to go on for longer.
 * Entries that start at the same moment are called back as ambiguous.
 */
export function endAtNextStart<T extends Validity>(
  entries: readonly T[],
  report: { overlap(earlier: T, later: T): void; ambiguous(earlier: T, later: T): void },
): T[] {
  const ordered = entries.toSorted((left, right) => left.fromMs - right.fromMs)
  return ordered.map((entry, index) => {
    const next = ordered[index + 1]
    if (next === undefined || next.fromMs >= entry.toMs) return entry
    if (next.fromMs === entry.fromMs) report.ambiguous(entry, next)
    else if (entry.toMs !== Infinity) report.overlap(entry, next)
    return { ...entry, toMs: next.fromMs }
  })
}

function dateStartMs(date: string, timeZone: string): number | undefined {
  try {
    return dayStartMs(dayFromIso(date), timeZone)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
