/** `tik store-server`: the embedded stores for several processes of this machine. */
import { once } from 'node:events'
import type { Command } from 'commander'
import { dataFolderOf, print, printJson } from './options.ts'

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
Other processes use the ordinary clients: set the two addresses that it prints. It asks for no password
and listens on 127.0.0.1 only. Every process needs its own data folder (--dir) beside it.`

async function serve(options: StoreServerOptions, command: Command): Promise<void> {
  const { startStoreServer } = await import('../embedded/store-server.ts')
  await using server = await startStoreServer({
    dataFolder: dataFolderOf(command),
    clickhousePort: Number.parseInt(options.clickhousePort, 10),
    postgresPort: Number.parseInt(options.postgresPort, 10),
  })
  const { clickhouseUrl, postgresUrl } = server
  if (options.json) printJson({ clickhouseUrl, postgresUrl })
  else print(`TIK_CLICKHOUSE_URL=${clickhouseUrl}\nTIK_POSTGRES_URL=${postgresUrl}`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}
