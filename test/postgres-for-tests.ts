/**
 * A real PostgreSQL server for tests of what only a server does. Where none is installed they are skipped and say so;
 * with CI=true and TIK_REQUIRE_POSTGRES=1 that is an error.
 */
import {
  postgresPrograms,
  startLocalPostgres,
  type LocalPostgres,
} from '../scripts/postgres/local-postgres.ts'

const programs = postgresPrograms()

/** Why such tests do not run here; undefined where they do. */
export const withoutPostgres =
  programs === undefined
    ? 'no PostgreSQL server is installed here (apt-get install postgresql)'
    : undefined

if (withoutPostgres !== undefined) {
  if (process.env['CI'] === 'true' && process.env['TIK_REQUIRE_POSTGRES'] === '1') {
    throw new Error(withoutPostgres)
  }
  process.stdout.write(`skipped: ${withoutPostgres}\n`)
}

export function startPostgresForTests(): Promise<LocalPostgres> {
  if (programs === undefined) throw new Error(withoutPostgres)
  return startLocalPostgres(programs)
}
