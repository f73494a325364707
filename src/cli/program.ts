/** All commands with their help; each file of this folder adds one. */
import { Command } from 'commander'
import { defaultDataFolder } from '../core/config.ts'
import { addAuditCommand } from './access/audit-command.ts'
import { addClientsCommand } from './access/clients-command.ts'
import { addStaffCommand } from './access/staff-command.ts'
import { addAccountsCommand } from './directory/accounts-command.ts'
import { addAlertsCommand } from './billing/alerts-command.ts'
import { addMailsCommand } from './billing/mails-command.ts'
import { addBalancesCommand } from './usage/balances-command.ts'
import { addBillCommand } from './billing/bill-command.ts'
import { addCatalogueCommand } from './checks/catalogue-command.ts'
import { addConfigCommand } from './service/config-command.ts'
import { addDemoCommand } from './service/demo-command.ts'
import { addDetailsCommand } from './usage/details-command.ts'
import { addExplainCommand } from './usage/explain-command.ts'
import { addExportCommand } from './usage/export-command.ts'
import { addFilesCommand } from './files/files-command.ts'
import { addIngestCommand } from './files/ingest-command.ts'
import { addLimitsCommand } from './directory/limits-command.ts'
import { addOpenCallsCommand } from './files/open-calls-command.ts'
import { addMigrateCommand } from './service/migrate-command.ts'
import { addRateCommand } from './files/rate-command.ts'
import { addRebuildCommand } from './checks/rebuild-command.ts'
import { addRejectsCommand } from './checks/rejects-command.ts'
import { addRerateCommand } from './checks/rerate-command.ts'
import { addRunCommand } from './service/run-command.ts'
import { addServeCommand } from './service/serve-command.ts'
import { addStatusCommand } from './service/status-command.ts'
import { addStoreServerCommand } from './service/store-server-command.ts'
import { addTotalsCommand } from './usage/totals-command.ts'
import { addUsersCommand } from './directory/users-command.ts'
import { addVerifyCommand } from './checks/verify-command.ts'

export function createProgram(): Command {
  const program = new Command('tik')
    .description(
      'Rates telecom usage and bills it: exact to the last digit, nothing lost, nothing doubled.',
    )
    .option('--dir <folder>', 'data folder (TIK_DIR)', defaultDataFolder())
    .addHelpText('after', FIRST_STEPS)
    .showHelpAfterError('(`tik --help` lists the commands)')
    .exitOverride()
  for (const add of COMMANDS) add(program)
  for (const command of allCommands(program)) {
    command.exitOverride().helpCommand(false)
    if (command !== program && command.commands.length === 0) acceptDir(command)
  }
  return program
}

const COMMANDS = [
  addDemoCommand,
  addIngestCommand,
  addFilesCommand,
  addRejectsCommand,
  addOpenCallsCommand,
  addTotalsCommand,
  addDetailsCommand,
  addExportCommand,
  addBalancesCommand,
  addAlertsCommand,
  addBillCommand,
  addMailsCommand,
  addVerifyCommand,
  addRebuildCommand,
  addExplainCommand,
  addRerateCommand,
  addRateCommand,
  addCatalogueCommand,
  addAccountsCommand,
  addUsersCommand,
  addLimitsCommand,
  addMigrateCommand,
  addRunCommand,
  addServeCommand,
  addStaffCommand,
  addClientsCommand,
  addAuditCommand,
  addStatusCommand,
  addStoreServerCommand,
  addConfigCommand,
]

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
