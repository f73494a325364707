/**
 * `npm run test:postgres [-- FILE…]`: everything that touches the operations store once more, over a real PostgreSQL
 * server that is started for it. Each store that a test opens is a database of its own there.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { postgresPrograms, startLocalPostgres } from './postgres/local-postgres.ts'

/** Tests of what only the embedded stores have, by a part of their path. */
const EMBEDDED_ONLY: Readonly<Record<string, string>> = {
  'src/store-server/': 'the store server serves the stores of the folder',
  'test/recovery': 'whole data folders are copied, which would then be on one database',
  'test/stores-on-demand': 'embedded stores are opened when they are asked',
}
/** The same, by what a file starts. */
const STORE_SERVER = /startStoreServer|'store-server'/

/** What a test file imports that opens an operations store. */
const TOUCHING =
  /test-operations\.ts|small-door\.ts|finance-world\.ts|invented-billing\.ts|portal-world\.ts/

const programs = postgresPrograms()
if (programs === undefined) {
  process.stdout.write(
    'not run: no PostgreSQL server is installed here (apt-get install postgresql)\n',
  )
  process.exitCode = process.env['CI'] === 'true' ? 1 : 0
} else process.exitCode = await run(programs)

async function run(found: string): Promise<number> {
  await using postgres = await startLocalPostgres(found)
  process.stdout.write(`PostgreSQL ${postgres.version}\n`)
  for (const [part, why] of Object.entries(EMBEDDED_ONLY)) {
    process.stdout.write(`left out: ${part}… (${why})\n`)
  }
  const named = process.argv.slice(2)
  const files = named.length > 0 ? named : touchingFiles()
  const url = `postgres://tik@127.0.0.1:${postgres.port}/postgres`
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...files],
    { stdio: 'inherit', env: { ...process.env, TIK_TEST_POSTGRES_URL: url } },
  )
  return status ?? 1
}

function touchingFiles(): string[] {
  return globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).filter((file) => {
    const text = readFileSync(file, 'utf8')
    if (Object.keys(EMBEDDED_ONLY).some((part) => file.startsWith(part))) return false
    if (!TOUCHING.test(text)) return false
    if (STORE_SERVER.test(text))
      process.stdout.write(`left out: ${file} (it starts a store server)\n`)
    return !STORE_SERVER.test(text)
  })
}
