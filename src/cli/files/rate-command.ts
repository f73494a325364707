/** `tik rate`: the offline dry run: catalogue, accounts and usage files in, rated records out. */
import type { Command } from 'commander'
import { rateWithoutStore, type DryRunRequest } from '../../app/files/rate-without-store.ts'
import { print, remark } from '../options.ts'

interface RateOptions extends DryRunRequest {
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
  const counts = { rated: 0, duplicate: 0, rejected: 0, unbillable: 0 }
  for await (const { usage, rated, explanation } of rateWithoutStore(options)) {
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
