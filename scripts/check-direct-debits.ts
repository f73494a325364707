/**
 * `npm run direct-debits`: files of direct debits under the schema of ISO 20022 pain.008.001.08. Ends with 1 on a
 * mistake, and when the schema overlooks a file that was spoilt on purpose. Without Python it says so and checks nothing;
 * in CI that is an error.
 */
import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { access, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { pain008 } from '../src/invoicing/debit/pain-008.ts'
import { inventedDebits } from '../test/doubles/invented-debits.ts'

const run = promisify(execFile)
const HERE = join(import.meta.dirname, 'check-direct-debits')
const REQUIREMENTS = join(HERE, 'requirements.txt')
const VALIDATE = join(HERE, 'validate.py')
const FETCH_TIMEOUT_MS = 300_000
const RUN_TIMEOUT_MS = 60_000

const results = z.array(z.object({ file: z.string(), mistakes: z.array(z.string()) }))

const python = await pythonWithSchema().catch((error: unknown) => {
  say(`the schema cannot be had here: ${error instanceof Error ? error.message : String(error)}`)
  return undefined
})
if (python !== undefined) process.exitCode = await check(python)
else if (process.env['CI'] !== undefined) process.exitCode = 1
else say('skipped: no direct debit was checked (it needs python3 with venv, and a way to PyPI)')

async function check(command: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tik-direct-debits-'))
  try {
    const names = new Map<string, { name: string; isSpoilt: boolean }>()
    for (const [name, message] of inventedDebits()) {
      const text = pain008(message)
      for (const [what, content] of [['', text] as const, ...spoilt(text)]) {
        const file = join(folder, `${names.size + 1}.xml`)
        await writeFile(file, content)
        names.set(file, { name: `${name}${what}`, isSpoilt: what !== '' })
      }
    }
    const { stdout } = await run(command, [VALIDATE, ...names.keys()], { timeout: RUN_TIMEOUT_MS })
    const found = results.parse(JSON.parse(stdout))
    const wrong = found.flatMap(({ file, mistakes }) => {
      const { name = file, isSpoilt = false } = names.get(file) ?? {}
      if (isSpoilt) return mistakes.length === 0 ? [`the schema overlooks ${name}`] : []
      return mistakes.map((mistake) => `${name}: ${mistake}`)
    })
    for (const line of wrong) say(`error  ${line}`)
    const notChecked = names.size - found.length
    say(
      `${found.length} files, spoilt ones among them: ${wrong.length} errors, ${notChecked} not checked`,
    )
    return wrong.length + notChecked === 0 ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a bank would refuse: an element that is missing, and one in a wrong place or form. */
function spoilt(text: string): (readonly [string, string])[] {
  return [
    [', without an id', text.replaceAll(/<EndToEndId>[^<]*<\/EndToEndId>/g, '')],
    [', with a sequence that is none', text.replaceAll(/<SeqTp>\w+/g, '<SeqTp>NEXT')],
    [', with a comma in an amount', text.replaceAll(/(<InstdAmt[^>]*>\d+)\./g, '$1,')],
  ]
}

/** A Python of its own with what requirements.txt names; sepaxml for its schemas alone, so without what it needs. */
async function pythonWithSchema(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tik')
  const hash = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
  const folder = join(cache, `direct-debits-${hash.slice(0, 12)}`)
  const command = join(folder, 'bin', 'python')
  const done = join(folder, 'installed')
  if (await isThere(done)) return command
  say(`installing lxml and the schemas of sepaxml into ${folder} (once)`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(cache, { recursive: true })
  await run('python3', ['-m', 'venv', folder], { timeout: FETCH_TIMEOUT_MS })
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', REQUIREMENTS]
  await run(command, install, { timeout: FETCH_TIMEOUT_MS })
  await copyFile(REQUIREMENTS, done)
  return command
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
