/** `tik catalogue diff`: what is different in another folder of the catalogue. */
import type { Command } from 'commander'
import {
  compareCatalogues,
  type CatalogueComparison,
} from '../../app/catalogue/compare-catalogues.ts'
import type { EntryDifference } from '../../catalogue/catalogue-differences.ts'
import { dayToIso } from '../../core/time/period.ts'
import { print, printJson } from '../options.ts'
import { destinationTable } from './render-deck-import.ts'

export function addDiffCommand(catalogue: Command): void {
  catalogue
    .command('diff')
    .argument('<before>', 'a folder of a catalogue')
    .argument('<after>', 'another one')
    .description(
      'what differs between two catalogues: entries field by field, decks by destination',
    )
    .option('--json', 'as JSON')
    .action(async (before: string, after: string, options: { json?: true }) => {
      const comparison = await compareCatalogues(before, after)
      if (options.json) printJson(jsonOf(comparison))
      else print(described(comparison))
    })
}

const ENTRIES_SHOWN = 200

function described({ entries, decks }: CatalogueComparison): string {
  if (entries.length === 0 && decks.length === 0) return 'The catalogues say the same.'
  const shown = entries.slice(0, ENTRIES_SHOWN).flatMap(entryLines)
  const more = entries.length - ENTRIES_SHOWN
  return [
    ...shown,
    ...(more > 0 ? [`… and ${more} more entries: --json has all`] : []),
    ...decks.flatMap(({ deckId, report: { counts, destinations } }) => [
      `deck ${deckId}: ${counts.dearer} dearer, ${counts.cheaper} cheaper, ${counts.added} added, ` +
        `${counts.ended} ended, ${counts.other} changed otherwise`,
      ...destinationTable(destinations),
    ]),
  ].join('\n')
}

function entryLines({ section, id, kind, fields }: EntryDifference): string[] {
  const head = `${section}: ${id} ${kind === 'changed' ? 'changed' : `is ${kind}`}`
  return [
    head,
    ...fields.map(({ path, before, after }) => `  ${path}: ${before || '–'} → ${after || '–'}`),
  ]
}

function jsonOf({ entries, decks }: CatalogueComparison) {
  return {
    entries,
    decks: decks.map(({ deckId, report: { counts, destinations } }) => ({
      deckId,
      counts,
      destinations: destinations.map(({ fromDay, ...each }) => ({
        ...each,
        from: isoOrNull(fromDay),
      })),
    })),
  }
}

function isoOrNull(day: number): string | null {
  return Number.isFinite(day) ? dayToIso(day) : null
}
