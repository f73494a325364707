/** The version of this package, as the OpenAPI document names it, and what `tik --version` says. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..')
const described = z
  .object({
    version: z.string(),
    /** Of which the package was made; a clone has none. */
    commit: z.string().optional(),
    dependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))

export const VERSION = described.version

/** With the versions of what it stands on, a line each. */
export function versionText(): string {
  const { dependencies, optionalDependencies: engines } = described
  return [
    `tik ${VERSION} (commit ${described.commit ?? commitOfClone()})`,
    `Node ${process.versions.node}`,
    `ledger: chdb ${engines['chdb']} embedded, or a server through @clickhouse/client ${dependencies['@clickhouse/client']}`,
    `operations: @electric-sql/pglite ${engines['@electric-sql/pglite']} embedded, or a server through pg ${dependencies['pg']}`,
    `Kafka: @platformatic/kafka ${dependencies['@platformatic/kafka']}, or kafkajs ${dependencies['kafkajs']}`,
  ].join('\n')
}

function commitOfClone(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
