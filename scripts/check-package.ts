/**
 * `npm run check-package`: packs tik, installs it in an empty folder as anybody would, and runs the demo there; then
 * once more without the embedded engines, where a command must say what to install.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const START_RUNS = 5

const folder = mkdtempSync(join(tmpdir(), 'tik-package-'))
try {
  const archive = pack()
  const whole = install('whole', archive, [])
  say(`installed: ${megabytes(whole)} MB`)
  say(run(whole, ['--version']).trim())
  const demo = run(whole, ['demo', '--dir', join(folder, 'data')])
  say(demo.trim().split('\n').slice(-12).join('\n'))
  const totals = run(whole, [
    'totals',
    '--account',
    'noordzee',
    '--period',
    '2026-10',
    '--dir',
    join(folder, 'data'),
  ])
  if (!/\d,\d\d|\d\.\d\d/.test(totals)) fail(`the demo has no totals:\n${totals}`)
  const inClone = startMs(['bin/tik.mjs', '--help'])
  say(`start of \`tik --help\`: ${startMs([binOf(whole), '--help'])} ms, in a clone ${inClone} ms`)
  const servers = install('servers', archive, ['--omit=optional'])
  say(`installed without the embedded engines: ${megabytes(servers)} MB`)
  const refused = spawnSync(
    process.execPath,
    [binOf(servers), 'status', '--dir', join(folder, 'none')],
    {
      encoding: 'utf8',
    },
  )
  if (refused.status !== 2 || !refused.stderr.includes('is not installed')) {
    fail(`without an engine tik says: ${refused.stderr}`)
  }
  say(refused.stderr.trim())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pack(): string {
  const printed = npm(['pack', '--silent', '--pack-destination', folder], process.cwd())
  return join(folder, printed.trim().split('\n').at(-1) ?? '')
}

function install(name: string, archive: string, options: readonly string[]): string {
  const place = mkdtempSync(join(folder, `${name}-`))
  writeFileSync(join(place, 'package.json'), '{"private":true}')
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline', ...options, archive], place)
  return place
}

function npm(words: readonly string[], cwd: string): string {
  return execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function binOf(place: string): string {
  return join(place, 'node_modules', 'tik', 'bin', 'tik.mjs')
}

function run(place: string, words: readonly string[]): string {
  return execFileSync(process.execPath, [binOf(place), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Median. */
function startMs(words: readonly string[]): number {
  const times = Array.from({ length: START_RUNS }, () => {
    const beganMs = performance.now()
    execFileSync(process.execPath, words, { stdio: 'ignore' })
    return performance.now() - beganMs
  })
  return Math.round(times.toSorted((left, right) => left - right)[Math.floor(START_RUNS / 2)] ?? 0)
}

function megabytes(place: string): number {
  const [kilobytes = ''] = execFileSync('du', ['-sk', place], { encoding: 'utf8' }).split('\t')
  return Math.round(Number.parseInt(kilobytes, 10) / 1024)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(why: string): never {
  throw new Error(why)
}
