/** `tik ingest`: CDR files and folders into the ledger. */
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import { FORMAT_NAMES } from '../../ingest/format.ts'
import { expandPaths, type IngestedFile } from '../../files/ingest-files.ts'
import { limitMailsWaiting } from '../../app/alerts/limit-mails-waiting.ts'
import { sequencesOf } from '../../app/files/taken-files.ts'
import { ingestFolders } from '../../app/files/ingest-folders.ts'
import { ingestInto } from '../../app/files/ingest-into.ts'
import { print, printJson, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopOnSignal } from '../stop-on-signal.ts'
import type { Desk } from '../../app/desk.ts'
import { fileTable, openLines, problemLines, reasonLines, sequenceLines } from './tally-table.ts'

interface IngestOptions {
  readonly format?: string
  readonly source?: string
  readonly folders?: true
  readonly every?: number
  readonly json?: true
}

export function addIngestCommand(program: Command): void {
  program
    .command('ingest')
    .argument('[paths...]', 'CDR files, or folders with them; gzip and zstd are recognised')
    .description('read CDR files, rate them and record each record in the ledger')
    .option('--format <name>', `one of ${FORMAT_NAMES.join(', ')}; default: recognised by content`)
    .option(
      '--source <id>',
      'a source of sources.yaml: whose records these are and how to read them',
    )
    .option('--folders', 'pick up what lies in the folders of sources.yaml, and put it away')
    .option('--every <seconds>', 'with --folders: look again and again, until Ctrl-C', seconds)
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(ingest)
}

const AFTER_HELP = `
Every record ends as one row: rated, duplicate, rejected with a reason (see tik rejects) or
unbillable. A file whose control totals (TAP audit, trailer) do not fit is refused whole.
Calls and sessions whose records are spread over files (Kamailio, RADIUS) are charged when their last
record comes; until then \`tik open-calls list\` shows them.
A file is taken once, whatever its name and however it is packed; one that has grown counts from where
it had ended. A half done one is finished first; one that cannot be read is named and the others go on.
Ctrl-C stops between two commits and the next run goes on from there.

With --folders each file is first moved within its folder, so that it is taken once, then to \`done\`; a
refused one, or one of another format, goes to \`quarantine\` with a file that says why. Files that are
named on the command line are never moved.

While \`tik run\` or another ingest rates into the same ledger server this one is refused.

Exit status 1 when records were rejected, a file was refused, or a number is missing in a sequence.`

async function ingest(paths: string[], options: IngestOptions, command: Command): Promise<void> {
  checkUsage(paths, options)
  await using desk = await openDeskOf(command, 'ingest', 'record')
  const signal = stopOnSignal('Stopping after the commit under way …')
  if (options.folders === undefined) {
    const ingested = ingestInto(desk, expandPaths(paths), { ...options, signal })
    return await report(ingested, desk, options)
  }
  for (let round = 1; round === 1 || options.every !== undefined; round += 1) {
    await report(ingestFolders(desk, { ...options, signal }), desk, options)
    if (options.every === undefined) return
    if ((await sleep(options.every * 1_000, 'waited', { signal }).catch(() => '')) === '') return
  }
}

function checkUsage(paths: readonly string[], options: IngestOptions): void {
  if ((options.folders === undefined) === (paths.length === 0)) {
    throw new TikError('usage_error', 'name the files to take in, or --folders')
  }
  if (options.folders !== undefined && options.format !== undefined) {
    throw new TikError('usage_error', 'with --folders the format stands in sources.yaml')
  }
  if (options.folders === undefined && options.every !== undefined) {
    throw new TikError('usage_error', '--every goes with --folders')
  }
}

async function report(
  ingested: AsyncIterable<IngestedFile>,
  desk: Desk,
  options: IngestOptions,
): Promise<void> {
  const files = await Array.fromAsync(ingested)
  if (files.length === 0 && options.every !== undefined) return
  const numbers = new Set(files.map(({ fileNumber }) => fileNumber))
  const sequences = await sequencesOf(desk, numbers)
  if (options.json) {
    printJson(
      files.map(({ tally, ...file }) => ({
        ...file,
        ...tally,
        byReason: Object.fromEntries(tally?.byReason ?? []),
        gaps: sequences.gaps,
      })),
    )
  } else {
    print(fileTable(files))
    const lines = [reasonLines(files), openLines(files), problemLines(files)].flat()
    for (const line of [...lines, ...sequenceLines(sequences)]) print(line)
  }
  if (files.some((file) => (file.tally?.rejected ?? 0) > 0)) {
    if (!options.json) remark('Rejected records wait: `tik rejects list` shows them and why.')
    process.exitCode = 1
  }
  if (!options.json) await remarkLimitMails(desk)
  const isRefused = files.some(({ state }) => state === 'refused' || state === 'unfinished')
  if (isRefused || sequences.gaps.length > 0) process.exitCode = 1
}

async function remarkLimitMails(desk: Desk): Promise<void> {
  const waiting = await limitMailsWaiting(desk)
  const count = waiting.reduce((sum, each) => sum + each.count, 0)
  if (count === 0) return
  const mails =
    count === 1 ? '1 message about a limit waits' : `${count} messages about limits wait`
  remark(`${mails}: a running \`tik run\` sends them by itself, else \`tik alerts send\` does.`)
}

function seconds(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 86_400) {
    throw new InvalidArgumentError('A whole number of seconds, up to a day.')
  }
  return number
}
