/** `tik rebuild`: a ledger that lost rows is made again, from what is left of it and the archive. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import { rebuildFolder, type RebuildOutcome } from '../../app/checks/rebuild-folder.ts'
import { openStores } from '../../app/stores.ts'
import { wholeLedgerProblems } from '../../app/whole-ledger.ts'
import type { Config } from '../../core/config/config.ts'
import { TikError } from '../../core/failures/errors.ts'
import { TERMINAL } from '../open-desk.ts'
import { configOf, print, printJson, remark } from '../options.ts'
import { stopOnSignal } from '../stop-on-signal.ts'

interface RebuildOptions {
  readonly dryRun?: true
  readonly acceptDifferences?: true
  readonly json?: true
}

export function addRebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .description('make a damaged ledger again, from what is left of it and the archived files')
    .option('--dry-run', 'only say what is missing')
    .option(
      '--accept-differences',
      'take the new ledger although rows differ or cannot be brought back; they are named',
    )
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(rebuild)
}

const AFTER_HELP = `
What can be read of the ledger is carried over row by row; what is missing of files is rated again from
the archive, with the catalogue of then. Every row that is left is compared with what the archive says, and
every invoice with its rows; with a difference nothing is changed, unless --accept-differences. Rows of
corrections, replays and adjustments that cannot be read are in no file: they are named.

The new ledger takes the place of the old one, which is kept beside it as ledger-damaged-DATE until you
remove it. Stopped or killed at any moment, either of the two is there and whole; run it again then.

For the ledger in a data folder. A ClickHouse server has its own backups. docs/recovery.md has more.

Exit status 1 when rows differ or are lost.`

async function rebuild(options: RebuildOptions, command: Command): Promise<void> {
  const config = configOf(command)
  requireEmbedded(config)
  if (options.dryRun) return await listProblems(config, options)
  const signal = stopOnSignal(
    'Stopping; the ledger stays as it is …',
    'the ledger is as it was; run `tik rebuild` again, it begins anew',
  )
  const outcome = await rebuildFolder(config, {
    mayDiffer: options.acceptDifferences === true,
    signal,
    talk: TERMINAL,
  })
  if (options.json) printJson(outcome)
  else report(outcome)
  if (outcome.differences.length > 0 || outcome.losses.length > 0) process.exitCode = 1
}

function requireEmbedded({ clickhouseUrl, storesFolder }: Config): void {
  if (clickhouseUrl === undefined) return
  throw new TikError('usage_error', 'this ledger is on a server', {
    hint:
      storesFolder === undefined
        ? 'put a backup of the database back; what came over a topic is rated again from there'
        : `stop \`tik store-server\` and run this with the archive in ${storesFolder}`,
  })
}

async function listProblems(config: Config, options: RebuildOptions): Promise<void> {
  await using stores = await openStores(config, 'rebuild', 'none', TERMINAL)
  const problems = await wholeLedgerProblems(stores)
  if (problems.length > 0) process.exitCode = 1
  if (options.json) return printJson({ problems })
  print(problems.length === 0 ? 'Nothing is missing.' : problems.join('\n'))
}

/** More than a person reads; the first ones tell what is wrong. */
const LINES_SHOWN_MAX = 25

function report(outcome: RebuildOutcome): void {
  const { keptCount, madeCount, differences, losses, oldLedger, isReplaced } = outcome
  for (const line of [...losses, ...differences].slice(0, LINES_SHOWN_MAX)) remark(line)
  const rest = losses.length + differences.length - LINES_SHOWN_MAX
  if (rest > 0) remark(`… and ${rest} more; --json lists all`)
  if (!isReplaced && differences.length + losses.length === 0) return print('Nothing is missing.')
  if (!isReplaced) {
    throw new TikError(
      'ledger_incomplete',
      `${differences.length} rows differ and ${losses.length} places cannot be brought back; nothing was changed`,
      { hint: 'put a backup back, or --accept-differences; docs/recovery.md says what follows' },
    )
  }
  print(`${keptCount} rows of files were carried over, ${madeCount} rated again.`)
  if (oldLedger !== '') {
    print(`The old ledger is in ${basename(oldLedger)}; remove it when you need it no more.`)
  }
}
