/** `tik store-server`: the embedded stores for several processes of this machine. */
import type { Command } from 'commander'
import { withoutPassword } from '../../core/text/secret-text.ts'
import { configOf, print, printJson } from '../options.ts'
import { stopSignal } from '../stop-on-signal.ts'

interface StoreServerOptions {
  readonly clickhousePort: string
  readonly postgresPort: string
  readonly json?: true
}

export function addStoreServerCommand(program: Command): void {
  program
    .command('store-server')
    .description('serve the embedded stores of the data folder to other processes, on loopback')
    .option('--clickhouse-port <port>', 'port of the ledger; 0 takes a free one', '0')
    .option('--postgres-port <port>', 'port of the operations store; 0 takes a free one', '0')
    .option('--json', 'the addresses as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(serve)
}

const AFTER_HELP = `
Other tik processes of the same user find it by TIK_STORES, which names this folder, and each needs a
data folder of its own (--dir) beside it. It listens on 127.0.0.1 only and asks for the folder's secret,
which is in store-server.json there, with the addresses for other clients.`

async function serve(options: StoreServerOptions, command: Command): Promise<void> {
  const { startStoreServer } = await import('../../store-server/store-server.ts')
  const { dataFolder, folderAccess } = configOf(command)
  await using server = await startStoreServer({
    dataFolder,
    access: folderAccess,
    clickhousePort: Number.parseInt(options.clickhousePort, 10),
    postgresPort: Number.parseInt(options.postgresPort, 10),
  })
  const { clickhouseUrl } = server
  const postgresUrl = withoutPassword(server.postgresUrl)
  if (options.json) printJson({ storesFolder: server.dataFolder, clickhouseUrl, postgresUrl })
  else print(`TIK_STORES=${server.dataFolder}\n\n(${clickhouseUrl} and ${postgresUrl})`)
  await stopSignal()
}
