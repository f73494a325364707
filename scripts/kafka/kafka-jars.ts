/**
 * The jars of Apache Kafka's own broker: fetched once with Maven from Maven Central into the user's
 * cache folder, and found there afterwards. The folder's name is the hash of pom.xml, so a new
 * version never mixes with an old one.
 */
import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TikError } from '../../src/core/failures/errors.ts'

const run = promisify(execFile)
const POM = join(import.meta.dirname, 'pom.xml')
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
const FETCH_TIMEOUT_MS = 300_000

/**
 * The folder that holds the jars. Throws `stream_unavailable` when they are not there yet and Maven
 * cannot fetch them.
 */
export async function kafkaJars(say: (line: string) => void = () => undefined): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, 12)
  const folder = join(kafkaCacheFolder(), `jars-${version}`)
  if (await isFilled(folder)) return folder
  await mkdir(kafkaCacheFolder(), { recursive: true })
  say(`fetching the broker's jars from Maven Central into ${folder} (about 45 MB, once)`)
  await fetchJars(folder)
  return folder
}

export function kafkaCacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tik', 'kafka')
}

async function fetchJars(folder: string): Promise<void> {
  const work = await mkdtemp(`${folder}.`)
  try {
    await copyFile(POM, join(work, 'pom.xml'))
    const goal = ['-q', '-B', COPY_GOAL, '-DincludeScope=runtime', '-DoutputDirectory=jars']
    await run('mvn', goal, { cwd: work, timeout: FETCH_TIMEOUT_MS })
    // One rename, so that two first starts at once cannot leave half a folder.
    await rename(join(work, 'jars'), folder).catch(async (cause: unknown) => {
      if (!(await isFilled(folder))) throw cause
    })
  } catch (cause) {
    throw new TikError('stream_unavailable', 'Maven could not fetch the jars of Apache Kafka', {
      hint: 'Install Maven and allow it to reach repo1.maven.org, or set KAFKA_BROKERS.',
      cause,
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function isFilled(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch(() => [])
  return files.some((file) => file.endsWith('.jar'))
}
