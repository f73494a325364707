/** `tik store-server` for the chaos harness: it ends when the harness is gone, however that ended. */
import { once } from 'node:events'
import { startStoreServer } from '../../src/store-server/store-server.ts'

const [, , dataFolder = '', clickhousePort = '0', postgresPort = '0'] = process.argv
await using _ = await startStoreServer({
  dataFolder,
  clickhousePort: Number.parseInt(clickhousePort, 10),
  postgresPort: Number.parseInt(postgresPort, 10),
})
process.once('disconnect', () => process.exit(1))
await once(process, 'SIGTERM')
process.channel?.unref()
