/** All commands with their help; each file of this folder adds one. */
import { Command } from 'commander'
import { defaultDataFolder } from '../core/config/config.ts'

/**
 * The program with the command that the words name, or with all of them where they name none, such as
 * for help. `words` are what the user wrote.
 */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
  const program = new Command('tik')
    .description(
      'Rates telecom usage and bills it: exact to the last digit, nothing lost, nothing doubled.',
    )
    .version(
      await versionOf(words),
      '--version',
      'version, commit and versions of what it stands on',
    )
    .option('--dir <folder>', 'data folder (TIK_DIR)', defaultDataFolder())
    .addHelpText('after', FIRST_STEPS)
    .showHelpAfterError('(`tik --help` lists the commands)')
    .exitOverride()
  const named = COMMANDS.filter(([name]) => name === firstWordOf(words))
  const wanted = named.length === 0 ? COMMANDS : named
  for (const add of await Promise.all(wanted.map(([, load]) => load()))) add(program)
  for (const command of allCommands(program)) {
    command.exitOverride().helpCommand(false)
    if (command !== program && command.commands.length === 0) acceptDir(command)
  }
  return program
}

/** It is looked up when it is asked for. */
async function versionOf(words: readonly string[]): Promise<string> {
  return words.includes('--version') ? (await import('./version.ts')).versionText() : ''
}

type AddCommand = (program: Command) => void

/** In the order of the help. Each is loaded when it is asked for: a start costs what it loads. */
const COMMANDS: readonly (readonly [name: string, load: () => Promise<AddCommand>])[] = [
  ['demo', async () => (await import('./service/demo-command.ts')).addDemoCommand],
  ['ingest', async () => (await import('./files/ingest-command.ts')).addIngestCommand],
  ['files', async () => (await import('./files/files-command.ts')).addFilesCommand],
  ['rejects', async () => (await import('./checks/rejects-command.ts')).addRejectsCommand],
  ['open-calls', async () => (await import('./files/open-calls-command.ts')).addOpenCallsCommand],
  ['totals', async () => (await import('./usage/totals-command.ts')).addTotalsCommand],
  ['history', async () => (await import('./usage/history-command.ts')).addHistoryCommand],
  ['details', async () => (await import('./usage/details-command.ts')).addDetailsCommand],
  ['export', async () => (await import('./usage/export-command.ts')).addExportCommand],
  ['balances', async () => (await import('./usage/balances-command.ts')).addBalancesCommand],
  ['sims', async () => (await import('./usage/sims-command.ts')).addSimsCommand],
  ['alerts', async () => (await import('./billing/alerts-command.ts')).addAlertsCommand],
  ['streams', async () => (await import('./service/streams-command.ts')).addStreamsCommand],
  ['bill', async () => (await import('./billing/bill-command.ts')).addBillCommand],
  ['finance', async () => (await import('./finance/finance-command.ts')).addFinanceCommand],
  ['mails', async () => (await import('./billing/mails-command.ts')).addMailsCommand],
  ['verify', async () => (await import('./checks/verify-command.ts')).addVerifyCommand],
  ['rebuild', async () => (await import('./checks/rebuild-command.ts')).addRebuildCommand],
  ['explain', async () => (await import('./usage/explain-command.ts')).addExplainCommand],
  ['price', async () => (await import('./usage/price-command.ts')).addPriceCommand],
  ['cost', async () => (await import('./checks/cost-command.ts')).addCostCommand],
  ['rerate', async () => (await import('./checks/rerate-command.ts')).addRerateCommand],
  ['rate', async () => (await import('./files/rate-command.ts')).addRateCommand],
  ['catalogue', async () => (await import('./checks/catalogue-command.ts')).addCatalogueCommand],
  ['accounts', async () => (await import('./directory/accounts-command.ts')).addAccountsCommand],
  ['users', async () => (await import('./directory/users-command.ts')).addUsersCommand],
  ['limits', async () => (await import('./directory/limits-command.ts')).addLimitsCommand],
  ['migrate', async () => (await import('./service/migrate-command.ts')).addMigrateCommand],
  ['run', async () => (await import('./service/run-command.ts')).addRunCommand],
  ['serve', async () => (await import('./service/serve-command.ts')).addServeCommand],
  ['staff', async () => (await import('./access/staff-command.ts')).addStaffCommand],
  ['clients', async () => (await import('./access/clients-command.ts')).addClientsCommand],
  ['blocks', async () => (await import('./access/blocks-command.ts')).addBlocksCommand],
  ['questions', async () => (await import('./access/questions-command.ts')).addQuestionsCommand],
  ['audit', async () => (await import('./access/audit-command.ts')).addAuditCommand],
  ['retain', async () => (await import('./service/retain-command.ts')).addRetainCommand],
  ['status', async () => (await import('./service/status-command.ts')).addStatusCommand],
  [
    'store-server',
    async () => (await import('./service/store-server-command.ts')).addStoreServerCommand,
  ],
  ['config', async () => (await import('./service/config-command.ts')).addConfigCommand],
]

/** Past the one option that can stand before a command. */
function firstWordOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word, index) => !word.startsWith('-') && words[index - 1] !== '--dir')
  return words[at]
}

const FIRST_STEPS = `
Exit status: 0 done, 1 something needs attention, 2 usage or configuration error.

First steps:
  tik demo                                   an invented month, from CDR files to invoices
  tik ingest --format asterisk Master.csv    take in your own records
  tik totals --by call-type --period current what was used and what it cost`

/** `--dir` is understood before and after the command's name. */
function acceptDir(command: Command): void {
  command.option('--dir <folder>', 'data folder (TIK_DIR)')
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}
