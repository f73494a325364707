/**
 * The official rules of e-invoices, fetched once from Maven Central into the user's cache folder, and the
 * Python that runs them. The folder's name is the hash of what is fetched, so releases never mix.
 */
import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HERE = import.meta.dirname
const POM = join(HERE, 'pom.xml')
const REQUIREMENTS = join(HERE, 'requirements.txt')
const UNPACK = join(HERE, 'unpack-rules.py')
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
const FETCH_TIMEOUT_MS = 300_000

/** What access points use: the release that most have, and the one in force since August 2026. */
const RELEASES: readonly Release[] = [
  { version: '4.1.0', en16931: '1.3.14.2', peppol: '2025.5' },
  { version: '4.3.7', en16931: '1.3.16', peppol: '2026.5' },
]

interface Release {
  /** Of com.helger.phive.rules. */
  readonly version: string
  readonly en16931: string
  readonly peppol: string
}

export interface Rules {
  readonly python: string
  /** Paths of the schema by root. */
  readonly schemas: Readonly<Record<'Invoice' | 'CreditNote', string>>
  readonly rules: readonly { readonly name: string; readonly path: string }[]
}

/** Throws, with what is missing, when a tool or a registry is not to be had. */
export async function prepareRules(say: (line: string) => void): Promise<Rules> {
  const python = await pythonWith(say)
  const rules: { name: string; path: string }[] = []
  let folder = ''
  for (const release of RELEASES) {
    folder = await unpacked(release, python, say)
    const schematron = join(folder, 'external', 'schematron')
    const peppol = join(schematron, 'openpeppol', release.peppol, 'xslt')
    rules.push(
      {
        name: `EN ${release.en16931}`,
        path: join(schematron, release.en16931, 'ubl', 'EN16931-UBL-validation.xslt'),
      },
      { name: `CEN ${release.peppol}`, path: join(peppol, 'CEN-EN16931-UBL.xslt') },
      { name: `BIS ${release.peppol}`, path: join(peppol, 'PEPPOL-EN16931-UBL.xslt') },
    )
  }
  const main = (root: string) =>
    join(folder, 'external', 'schemas', 'ubl21', 'maindoc', `UBL-${root}-2.1.xsd`)
  return { python, schemas: { Invoice: main('Invoice'), CreditNote: main('CreditNote') }, rules }
}

/** A Python of its own with what requirements.txt names. */
async function pythonWith(say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), `python-${await hashOf(REQUIREMENTS)}`)
  const python = join(folder, 'bin', 'python')
  const done = join(folder, 'installed')
  if (await isThere(done)) return python
  say(`installing saxonche and lxml into ${folder} (once)`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(cacheFolder(), { recursive: true })
  await run('python3', ['-m', 'venv', folder], { timeout: FETCH_TIMEOUT_MS })
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS], {
    timeout: FETCH_TIMEOUT_MS,
  })
  await copyFile(REQUIREMENTS, done)
  return python
}

async function unpacked(
  { version }: Release,
  python: string,
  say: (line: string) => void,
): Promise<string> {
  const content = await hashOf(POM, UNPACK)
  const folder = join(cacheFolder(), `rules-${version}-${content}`)
  if (await isThere(folder)) return folder
  say(`fetching the rules of release ${version} from Maven Central into ${folder} (once)`)
  const work = await mkdtemp(`${folder}.`)
  try {
    await copyFile(POM, join(work, 'pom.xml'))
    const goal = ['-q', '-B', COPY_GOAL, `-Drules.version=${version}`, '-DoutputDirectory=jars']
    await run('mvn', goal, { cwd: work, timeout: FETCH_TIMEOUT_MS })
    await run(python, [UNPACK, join(work, 'jars'), join(work, 'rules')])
    // One rename, so that half a folder is never taken for a whole one.
    await rename(join(work, 'rules'), folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return folder
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tik', 'e-invoices')
}

async function hashOf(...paths: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(await readFile(path))
  return hash.digest('hex').slice(0, 12)
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
