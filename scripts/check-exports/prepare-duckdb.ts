/** DuckDB for Python, installed once from PyPI into the user's cache folder. */
import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const INSTALL_TIMEOUT_MS = 300_000
const VERSION = '2.0.1'

/** The path of a Python that has it. Throws where there is none to be had. */
export async function prepareDuckDb(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'tik', `duckdb-${VERSION}`)
  const python = join(folder, 'bin', 'python')
  if (await hasDuckDb(python)) return python
  console.log(`installing DuckDB ${VERSION} from PyPI into ${folder} (once)`)
  await run('python3', ['-m', 'venv', '--clear', folder], { timeout: INSTALL_TIMEOUT_MS })
  const words = ['-m', 'pip', 'install', '--quiet', `duckdb==${VERSION}`]
  await run(python, words, { timeout: INSTALL_TIMEOUT_MS })
  return python
}

function hasDuckDb(python: string): Promise<boolean> {
  return run(python, ['-c', 'import duckdb']).then(
    () => true,
    () => false,
  )
}
