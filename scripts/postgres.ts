/** `npm run postgres`: a real PostgreSQL server on this machine, for trying tik out without Docker. */
import { parseArgs } from 'node:util'
import { postgresPrograms, startLocalPostgres } from './postgres/local-postgres.ts'

const HELP = `npm run postgres -- [--port N] [--help]

Starts the PostgreSQL server that is installed here on 127.0.0.1 with an empty database \`tik\` and keeps it until
Ctrl-C. Its data is in a temporary folder and is removed when it stops. No password: it is for trying out.

  --port N   listen on this port (default 5432; 0 takes a free one)
  --help     show this text
`
const PORT_DEFAULT = '5432'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: PORT_DEFAULT },
    help: { type: 'boolean', default: false },
  },
})
const programs = postgresPrograms()
if (values.help) process.stdout.write(HELP)
else if (!/^\d{1,5}$/.test(values.port)) fail(`--port ${values.port} is no port\n${HELP}`)
else if (programs === undefined) {
  fail('no PostgreSQL server is installed here: apt-get install postgresql')
} else await serve(programs, Number.parseInt(values.port, 10))

async function serve(found: string, port: number): Promise<void> {
  const postgres = await startLocalPostgres(found, port === 0 ? {} : { port })
  const url = postgres.createDatabase('tik')
  say(`PostgreSQL ${postgres.version} answers on 127.0.0.1:${postgres.port}`)
  say(`data and log: ${postgres.folder}`)
  say(`use it:  TIK_POSTGRES_URL=${url} npx tik migrate`)
  const stop = async (): Promise<void> => {
    say('stopping')
    await postgres[Symbol.asyncDispose]()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exitCode = 2
}
