/**
 * What a mapping says without any effect: an option whose column is not named, a zone for times that
 * have their own. Whoever wrote it believes that it does something, so it is a mistake.
 */
import type { SourceConfig } from '../../format.ts'
import { hasParts, isPlainUnit } from '../../text/duration-units.ts'
import { mappingInvalid } from '../format-options.ts'
import type { MappingOptions } from './mapping-options.ts'
import { hasOffset, hasYear } from '../../text/time-format.ts'

type Columns = Readonly<Partial<Record<string, unknown>>>

/** Throws `mapping_invalid` with every option that has no effect. */
export function requireEffect(
  source: SourceConfig,
  options: MappingOptions & { readonly columns: Columns },
): void {
  const problems = [...columnProblems(source, options), ...timeProblems(source, options)]
  if (problems.length > 0) throw mappingInvalid(source, problems)
}

function columnProblems(
  { options: given }: SourceConfig,
  options: MappingOptions & { readonly columns: Columns },
): string[] {
  const { columns } = options
  const problems: string[] = []
  const needs = (names: readonly string[], fields: readonly string[]) => {
    if (fields.some((field) => columns[field] !== undefined)) return
    for (const name of names.filter((one) => given[one] !== undefined)) {
      problems.push(`options.${name}: without effect, as columns.${fields.join(', ')} is not named`)
    }
  }
  needs(['kinds'], ['kind'])
  needs(['directions'], ['direction'])
  needs(['answeredValues'], ['answered'])
  needs(['durationUnit', 'durationRounding'], ['duration'])
  needs(['volumeUnit'], ['volume', 'volumeUp', 'volumeDown'])
  needs(['visitedNetworkKind', 'homeNetworks'], ['visitedNetwork'])
  needs(['decimalMark'], ['duration', 'volume', 'volumeUp', 'volumeDown', 'amount'])
  needs(['currency'], ['amount'])
  if (columns['currency'] !== undefined && columns['amount'] === undefined) {
    problems.push('columns.currency: without effect, as columns.amount is not named')
  }
  for (const name of ['kind', 'direction', 'currency'] as const) {
    if (given[name] === undefined || columns[name] === undefined) continue
    problems.push(`options.${name}: without effect, as columns.${name} says it of each record`)
  }
  if (given['durationRounding'] !== undefined && !hasParts(options.durationUnit)) {
    problems.push('options.durationRounding: without effect, as durationUnit has whole seconds')
  }
  const hasVolume = ['volume', 'volumeUp', 'volumeDown'].some((one) => columns[one] !== undefined)
  if (
    given['decimalMark'] !== undefined &&
    columns['duration'] !== undefined &&
    columns['amount'] === undefined &&
    !hasVolume &&
    !options.durationUnit.some(isPlainUnit)
  ) {
    problems.push('options.decimalMark: without effect, as durationUnit is a clock')
  }
  return problems
}

function timeProblems(
  { options: given }: SourceConfig,
  options: MappingOptions & { readonly columns: Columns },
): string[] {
  const { formats, yearFrom } = options.time
  const problems: string[] = []
  for (const format of yearFrom === undefined ? formats.filter((one) => !hasYear(one)) : []) {
    problems.push(
      `options.time.formats: "${format}": the year is missing: add it, or say where it is from ` +
        "(time.yearFrom: arrival, or { fileName: 'YYYYMMDD' })",
    )
  }
  if (yearFrom !== undefined && formats.every(hasYear)) {
    problems.push('options.time.yearFrom: without effect, as every format has its year')
  }
  if (isZoneGiven(given['time']) && formats.every(hasOffset)) {
    problems.push('options.time.zone: without effect, as every format says its offset')
  }
  const isTwoColumns =
    Array.isArray(options.columns['start']) && options.columns['start'].length > 1
  if (isTwoColumns && formats.some((format) => format.startsWith('epoch'))) {
    problems.push('options.columns.start: two columns, but an epoch is one number')
  }
  return problems
}

function isZoneGiven(time: unknown): boolean {
  return typeof time === 'object' && time !== null && 'zone' in time
}
