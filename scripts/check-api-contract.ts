/**
 * `npm run api-contract [-- --examples N]`: a door over an invented company is sent what schemathesis makes of
 * its OpenAPI document, right and wrong. Ends with 1 when an answer is no success and no problem, is not as the
 * document says, or is a fault of ours. Without Python it says so and sends nothing; in CI that is an error.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serveApi } from '../src/api/serve.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import { openSmallDoor } from '../test/small-door.ts'

const REQUIREMENTS = join(import.meta.dirname, 'check-api-contract', 'requirements.txt')
const EXAMPLES = '8'
const SEED = '1725'
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'unsupported_method',
]

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: EXAMPLES },
    seed: { type: 'string', default: SEED },
  },
})

const tool = await installed().catch((error: unknown) => {
  say(`schemathesis cannot be had here: ${error instanceof Error ? error.message : String(error)}`)
  return undefined
})
if (tool !== undefined) process.exitCode = await tryDoor(tool)
else if (process.env['CI'] !== undefined) process.exitCode = 1
else say('skipped: nothing was sent (it needs python3 with venv and a way to its registry)')

async function tryDoor(schemathesis: string): Promise<number> {
  await using small = await openSmallDoor()
  const key = await small.keyOf({ reachKind: 'operator', reachId: '' })
  const failures: string[] = []
  await using door = await serveApi(
    {
      stores: small.desk,
      log: createLog('error', (line) => void failures.push(line)),
      metrics: createMetrics(),
      isSecure: false,
      version: '0',
      requestsPerMinuteMax: 1_000_000,
    },
    { host: '127.0.0.1', port: 0 },
  )
  const status = await run(schemathesis, [
    'run',
    `http://127.0.0.1:${door.port}/api/v1/openapi.json`,
    '--header',
    `Authorization: Bearer ${key}`,
    '--header',
    'If-Match: *',
    '--max-examples',
    values.examples,
    '--seed',
    values.seed,
    '--generation-deterministic',
    '--checks',
    CHECKS.join(','),
    '--suppress-health-check',
    'all',
  ])
  for (const line of failures) say(line)
  say(`seed ${values.seed}, ${values.examples} examples of each: ${status === 0 ? 'ok' : 'NOT OK'}`)
  return status
}

/** In a folder of its own, made once for each content of requirements.txt. */
async function installed(): Promise<string> {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)
  const folder = join(homedir(), '.cache', 'tik', `api-contract-${wanted}`)
  const path = join(folder, 'bin', 'schemathesis')
  if (existsSync(path)) return path
  say(`installing schemathesis into ${folder} (once)`)
  await mustRun('python3', ['-m', 'venv', folder])
  const pip = join(folder, 'bin', 'pip')
  await mustRun(pip, ['install', '--quiet', '--requirement', REQUIREMENTS])
  return path
}

async function mustRun(command: string, words: readonly string[]): Promise<void> {
  const status = await run(command, words)
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}`)
}

/** Elsewhere than here: schemathesis keeps what it tried in the folder that it runs in. */
async function run(command: string, words: readonly string[]): Promise<number> {
  const child = spawn(command, words, { stdio: 'inherit', cwd: tmpdir() })
  const [status]: unknown[] = await once(child, 'exit')
  return typeof status === 'number' ? status : 1
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
