/** What a price list is and changes, as text: the rows that cannot be used, then the prices by destination. */
import type { DeckImport, DeckImportResult } from '../../app/catalogue/import-deck.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { DestinationChange } from '../../price-lists/changes/change-report.ts'
import type { DeckChange } from '../../price-lists/changes/list-changes.ts'

export function renderDeckImport(question: DeckImport, result: DeckImportResult): string {
  const { imported } = result
  const { faults, report } = imported
  return [
    `${question.file}: ${counted(imported.rowsCount, 'row')} of ${counted(imported.codesCount, 'code')}, ` +
      `${counted(imported.notesCount, 'line')} of text, ${counted(faults.length, 'row')} that cannot be used`,
    ...shortened(
      faults.map(({ line, reason }) => `  line ${line}: ${reason}`),
      FAULTS_SHOWN,
    ),
    ...remarks(result),
    `deck ${question.deckId} from ${dayToIso(result.listDay)} (${result.kind}): ` +
      `${report.counts.dearer} dearer, ${report.counts.cheaper} cheaper, ${report.counts.added} added, ` +
      `${report.counts.ended} ended, ${report.counts.other} changed otherwise`,
    ...destinationTable(report.destinations),
    ending(question, result),
  ].join('\n')
}

const FAULTS_SHOWN = 200
const ROWS_SHOWN = 100
const WARNINGS_SHOWN = 20

function remarks({ imported, jumpFactor, belowCost }: DeckImportResult): string[] {
  const { report, foreign, covered, blocked, pastCount, repeatedCount } = imported
  return [
    ...(pastCount > 0
      ? [`codes with an earlier date, which hold from the list's date on: ${pastCount}`]
      : []),
    ...(repeatedCount > 0 ? [`rows that only repeat another one: ${repeatedCount}`] : []),
    ...section(
      `prices that change by more than a factor of ${jumpFactor}: ${report.jumpsCount}`,
      report.jumps.map(changeLine),
    ),
    ...section(
      `codes that change otherwise than the list says: ${report.contradictionsCount}`,
      report.contradictions.map((each) => `${changeLine(each)}, where the list says ${each.claim}`),
    ),
    ...section(
      `prices below cost: ${belowCost.length}`,
      belowCost.map(({ code, destination, price, cost, deckId }) => {
        return `  ${code} ${destination}: ${price}, and ${cost} is the cost (${deckId})`
      }),
    ),
    ...section(
      `codes in another country than the rest of their destination: ${foreign.length}`,
      foreign.map(({ code, destination, country, usualCountry }) => {
        return `  ${code} ${destination}: in ${country}, the others in ${usualCountry}`
      }),
    ),
    ...section(
      `codes that price numbers of another country too: ${covered.length}`,
      covered.map(({ code, destination, otherCountry, prefixesCount, example }) => {
        const more = prefixesCount === 1 ? '' : ` and ${prefixesCount - 1} more`
        return `  ${code} ${destination}: ${otherCountry} (${example}${more}) has no code of its own`
      }),
    ),
    ...section(
      `codes that are not served end, and a shorter one prices them if there is one: ${blocked.length}`,
      blocked.map(({ code, line }) => `  ${code} (line ${line})`),
    ),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...shortened(lines, WARNINGS_SHOWN)]
}

function shortened(lines: readonly string[], max: number): string[] {
  if (lines.length <= max) return [...lines]
  return [...lines.slice(0, max), `  … and ${lines.length - max} more: --json has all`]
}

function changeLine({ code, destination, before, after, percent, fromDay }: DeckChange): string {
  const change = percent === undefined ? '' : ` (${signed(percent)})`
  return `  ${code} ${destination}: ${before} → ${after}${change} from ${dayToIso(fromDay)}`
}

/** By what they change most, the greatest first. */
export function destinationTable(destinations: readonly DestinationChange[]): string[] {
  if (destinations.length === 0) return []
  const rows = destinations.slice(0, ROWS_SHOWN).map((change) => ({
    kind: change.kind,
    from: Number.isFinite(change.fromDay) ? dayToIso(change.fromDay) : 'always',
    destination: change.destination,
    codes: String(change.codesCount),
    before: rangeOf(change.before),
    after: rangeOf(change.after),
    percent:
      change.percent === undefined
        ? ''
        : rangeOf([signed(change.percent[0]), signed(change.percent[1])]),
  }))
  const more = destinations.length - rows.length
  return [
    formatTable(
      [
        { key: 'kind', title: 'what' },
        { key: 'from', title: 'from' },
        { key: 'destination', title: 'destination' },
        { key: 'codes', title: 'codes', align: 'right' },
        { key: 'before', title: 'before', align: 'right' },
        { key: 'after', title: 'after', align: 'right' },
        { key: 'percent', title: 'change', align: 'right' },
      ],
      rows,
    ),
    ...(more > 0 ? [`… and ${more} more: --json has all`] : []),
  ]
}

function rangeOf([least, most]: readonly [string, string]): string {
  return least === most ? least : `${least} to ${most}`
}

function signed(percent: number): string {
  return `${percent > 0 ? '+' : ''}${percent}%`
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

function ending(question: DeckImport, { deckFile, imported, isWritten }: DeckImportResult): string {
  if (isWritten) return `written to ${deckFile}`
  const unusable = imported.faults.length > 0 && !question.skipsUnusable
  if (!unusable) return 'Dry run: nothing was written.'
  return 'Nothing was written: mend the rows that are named, or take the others with --skip-unusable.'
}
