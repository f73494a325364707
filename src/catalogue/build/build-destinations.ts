/** Where the other party is: the deck's prefixes, and the special numbers of NL and BE. */
import { endAtNextStart } from './build-context.ts'
import type { BuildContext } from './build-context.ts'
import type { Country, Destination, SpecialNumber } from '../catalogue.ts'
import { linePlace } from '../read/catalogue-problem.ts'
import type { CsvRow } from '../read/csv-file.ts'
import { prefixProblem } from '../read/deck-prefix.ts'
import { overlaps } from '../../core/time/validity.ts'

export function buildDestinations(
  context: BuildContext,
  countries: ReadonlyMap<string, Country>,
): Destination[] {
  const { folder, problems } = context
  const zones = new Set(folder.destinationZones.map((zone) => zone.id))
  const rows = folder.deckRows.map((row) => ({
    ...buildDestination(row, zones, countries, context),
    row,
  }))
  const usable = rows.filter((row) => row.prefix !== '')
  const byPrefix = Map.groupBy(usable, (row) => row.prefix)
  const ended = [...byPrefix.values()].flatMap((group) =>
    endAtNextStart(group, {
      overlap: (earlier, later) =>
        problems.warn(
          linePlace(earlier.row.file, earlier.row.line),
          [],
          `the prefix ${earlier.prefix} overlaps in time with ${where(later)}, which wins`,
        ),
      ambiguous: (earlier, later) =>
        problems.error(
          linePlace(later.row.file, later.row.line),
          [],
          `the prefix ${later.prefix} is already in ${where(earlier)} from the same date`,
        ),
    }),
  )
  return ended.map(({ row: _row, ...destination }) => destination)
}

function where({ row }: { row: CsvRow }): string {
  return `${row.file}:${row.line}`
}

function buildDestination(
  { file, line, cells }: CsvRow,
  zones: ReadonlySet<string>,
  countries: ReadonlyMap<string, Country>,
  context: BuildContext,
): Destination {
  const place = linePlace(file, line)
  const report = (message: string) => context.problems.error(place, [], message)
  const { prefix = '', destination = '', name = '', country = '', zone = '' } = cells
  const destinationClass = cells['class'] ?? ''
  const unusable = prefixProblem(prefix)
  // Builds before let a leading 0 pass, and no number ever matched it.
  if (unusable !== '' && /^\d{1,15}$/.test(prefix)) {
    context.problems.ineffective(place, [], unusable)
  } else if (unusable !== '') report(unusable)
  if (destination === '') report(`the prefix ${prefix} has no destination`)
  if (destinationClass === '') {
    context.problems.warn(place, [], `the destination ${destination} has no class`)
  }
  if (zone !== '' && !zones.has(zone) && !context.folder.isDeclared('destinationZones', zone)) {
    report(`the prefix ${prefix} is in the zone "${zone}", which destinationZones does not have`)
  }
  if (zone === '' && !['NL', 'BE'].includes(country)) {
    report(`the prefix ${prefix} has no zone; only those of NL and BE can do without`)
  }
  if (country !== '' && !countries.has(country)) {
    report(`the prefix ${prefix} is in ${country}, which the table of countries does not have`)
  }
  return {
    prefix: unusable === '' ? prefix : '',
    destinationId: destination,
    name,
    country,
    destinationClass,
    zoneId: zone,
    ...context.validityOf({ from: cells['from'], until: cells['until'] }, place, []),
  }
}

export function buildSpecialNumbers(context: BuildContext): SpecialNumber[] {
  const built = context.folder.specialNumbers.map(({ id, given, place }) => ({
    special: {
      country: id === 'BE' ? ('BE' as const) : ('NL' as const),
      digits: given.digits,
      exact: given.exact,
      kinds: given.kinds,
      destinationId: given.destination,
      destinationClass: given.class,
      ...context.validityOf(given, place, []),
    },
    place,
  }))
  const byKey = Map.groupBy(
    built.flatMap((entry) => entry.special.kinds.map((kind) => ({ ...entry, kind }))),
    ({ special, kind }) => `${special.country} ${special.digits} ${kind}`,
  )
  for (const group of byKey.values()) {
    for (const [index, { special, place, kind }] of group.entries()) {
      const clash = group.slice(0, index).find(({ special: other }) => overlaps(special, other))
      if (clash === undefined) continue
      const line = clash.place.lineOf([])
      const message = `${special.digits} (${kind}) is already in ${clash.place.file}:${line}`
      context.problems.error(place, ['digits'], message)
    }
  }
  return built.map(({ special }) => special)
}
