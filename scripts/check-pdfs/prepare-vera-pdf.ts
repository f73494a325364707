/** veraPDF as one jar, fetched once from Maven Central into the user's cache folder. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const FETCH_TIMEOUT_MS = 300_000
const VERSION = '1.28.1'
const NAME = `greenfield-apps-${VERSION}.jar`
const SHA256 = '916049db6c6335a4a4c624e098499cff152ef523f65693a0d835aec635b6dcbc'
/** Later versions read the jar's descriptor, whose parent is not in Maven Central. */
const GET_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:get'

/** Its path. Throws where a tool or the registry is not to be had, and for a jar that is another one. */
export async function prepareVeraPdf(): Promise<string> {
  await run('java', ['-version'])
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tik', 'pdfs')
  const jar = join(folder, NAME)
  if ((await hashOf(jar)) === SHA256) return jar
  console.log(`fetching veraPDF ${VERSION} from Maven Central into ${folder} (once)`)
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, 'fetch-'))
  try {
    const artifact = `-Dartifact=org.verapdf.apps:greenfield-apps:${VERSION}`
    const fetched = join(work, NAME)
    const goal = ['-q', '-B', GET_GOAL, artifact, '-Dtransitive=false', `-Ddest=${fetched}`]
    await run('mvn', goal, { cwd: work, timeout: FETCH_TIMEOUT_MS })
    if ((await hashOf(fetched)) !== SHA256) throw new Error(`${NAME} is not the file that it was`)
    await rename(fetched, jar) // So that half a jar is never taken for a whole one.
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return jar
}

/** '' where there is no such file. */
async function hashOf(path: string): Promise<string> {
  return readFile(path).then(
    (bytes) => createHash('sha256').update(bytes).digest('hex'),
    () => '',
  )
}
