/** The embedded engines are optional packages: an installation over servers leaves them out. */
import { TikError } from './errors.ts'

/** Package → the setting that makes it needless. */
const ENGINES: Readonly<Record<string, string>> = {
  chdb: 'TIK_CLICKHOUSE_URL',
  '@electric-sql/pglite': 'TIK_POSTGRES_URL',
}

/** `undefined` where it is not that one of them was looked for and is not installed. */
export function missingEngine(error: unknown): TikError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code !== 'ERR_MODULE_NOT_FOUND') return undefined
  const missing = Object.entries(ENGINES).find(([name]) => error.message.includes(`'${name}'`))
  if (missing === undefined) return undefined
  const [name, setting] = missing
  return new TikError('engine_missing', `the embedded engine ${name} is not installed`, {
    hint: `install tik with its optional packages (npm install --include=optional), or name a server: ${setting}`,
    cause: error,
  })
}
