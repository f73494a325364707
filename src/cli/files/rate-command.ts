/** `tik rate`: the offline dry run: catalogue, accounts and usage files in, rated records out. */
import type { Command } from 'commander'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { systemClock } from '../../core/clock.ts'
import { TikError } from '../../core/errors.ts'
import { readDirectoryDocument } from '../../directory/document/directory-document.ts'
import { rateOffline } from '../../verify/rate-offline.ts'
import { formatNamed } from '../../app/files/ingest-into.ts'
import { print, remark } from '../options.ts'
import { defaultSource, loadSources } from '../../ingest/sources.ts'

interface RateOptions {
  readonly catalogue: string
  readonly accounts: string
  readonly usage: string
  readonly format: string
  readonly sources?: string
  readonly source?: string
  readonly explain?: true
}

export function addRateCommand(program: Command): void {
  program
    .command('rate')
    .description('rate a file without any store and print one record a line: a dry run')
    .requiredOption('--catalogue <folder>', 'the price catalogue')
    .requiredOption('--accounts <file>', 'an accounts document, YAML or JSON')
    .requiredOption('--usage <file>', 'usage as JSON lines, or CDRs with --format')
    .option('--format <name>', 'format of the usage file', 'usage')
    .option('--sources <file>', 'sources.yaml, for --source')
    .option('--source <id>', 'a source of --sources')
    .option('--json', 'one JSON object a line, as without it; counts go to the other output')
    .option('--explain', 'add each step of the price in words and numbers')
    .action(rate)
}

async function rate(options: RateOptions): Promise<void> {
  const [catalogue, directory] = await Promise.all([
    loadCatalogue(options.catalogue),
    readDirectoryDocument(options.accounts),
  ])
  const source = sourceOf(options)
  const counts = { rated: 0, duplicate: 0, rejected: 0, unbillable: 0 }
  const run = rateOffline({
    path: options.usage,
    source,
    catalogue,
    directory,
    nowMs: systemClock.nowMs(),
  })
  for await (const { usage, rated, explanation } of run) {
    counts[rated.outcome] += 1
    const { subscriptionIndex: _s, callTypeIndex: _c, raw, ...fields } = usage
    // What mediation found stands on the usage, what rating found on the result.
    const detail = rated.detail === '' ? usage.detail : rated.detail
    const found = { ...fields, ...rated, detail }
    const line = options.explain ? { ...found, explanation } : found
    print(JSON.stringify(rated.outcome === 'rejected' ? { ...line, raw } : line))
  }
  remark(
    `${counts.rated} rated, ${counts.duplicate} duplicate, ${counts.rejected} rejected, ${counts.unbillable} unbillable`,
  )
  if (counts.rejected > 0) process.exitCode = 1
}

function sourceOf(options: RateOptions) {
  if (options.source === undefined) return defaultSource(formatNamed(options.format))
  if (options.sources === undefined)
    throw new TikError('usage_error', '--source needs --sources FILE')
  const source = loadSources(options.sources).find(({ sourceId }) => sourceId === options.source)
  if (source === undefined) {
    throw new TikError('not_found', `there is no source ${options.source} in ${options.sources}`)
  }
  return source
}
