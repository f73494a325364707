/** `tik ingest`: CDR files and folders into the ledger. */
import type { Command } from 'commander'
import { FORMAT_NAMES } from '../ingest/format.ts'
import { expandPaths, type IngestedFile } from '../ingest/ingest-files.ts'
import { ingestInto } from './ingest-into.ts'
import { configOf, print, printJson, remark } from './options.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { openStores } from './stores.ts'
import { fileTable, openLines, problemLines, reasonLines } from './tally-table.ts'

interface IngestOptions {
  readonly format?: string
  readonly source?: string
  readonly json?: true
}

export function addIngestCommand(program: Command): void {
  program
    .command('ingest')
    .argument('<paths...>', 'CDR files, or folders with them; gzip and zstd are recognised')
    .description('read CDR files, rate them and record each record in the ledger')
    .option('--format <name>', `one of ${FORMAT_NAMES.join(', ')}; default: recognised by content`)
    .option(
      '--source <id>',
      'a source of sources.yaml: whose records these are and how to read them',
    )
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(ingest)
}

const AFTER_HELP = `
Every record ends as one row: rated, duplicate, rejected with a reason (see tik rejects) or
unbillable. A file whose control totals (TAP audit, trailer) do not fit is refused whole.
Calls and sessions whose records are spread over files (Kamailio, RADIUS) are charged when their last
record comes; until then \`tik open-calls list\` shows them.
A file is taken once, whatever its name; a half done one is finished first. Ctrl-C stops
between two commits and the next run goes on from there.

Exit status 1 when records were rejected or a file was refused.`

async function ingest(paths: string[], options: IngestOptions, command: Command): Promise<void> {
  await using stores = await openStores(configOf(command), 'ingest')
  const files: IngestedFile[] = []
  const stop = stopOnSignal('Stopping after the commit under way …')
  for await (const file of ingestInto(stores, expandPaths(paths), { ...options, signal: stop })) {
    files.push(file)
  }
  if (options.json) {
    printJson(
      files.map(({ tally, ...file }) => ({
        ...file,
        ...tally,
        byReason: Object.fromEntries(tally?.byReason ?? []),
      })),
    )
  } else {
    print(fileTable(files))
    for (const line of [...reasonLines(files), ...openLines(files), ...problemLines(files)]) {
      print(line)
    }
  }
  if (files.some((file) => (file.tally?.rejected ?? 0) > 0)) {
    if (!options.json) remark('Rejected records wait: `tik rejects list` shows them and why.')
    process.exitCode = 1
  }
  if (files.some((file) => file.state === 'refused')) process.exitCode = 1
}
