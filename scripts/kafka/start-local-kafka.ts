/**
 * A real Apache Kafka broker for machines without Docker: single-node KRaft on loopback, data in a
 * temporary folder. Tests, benches and the chaos harness start it, stop it, kill it and freeze it.
 */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { TikError } from '../../src/core/failures/errors.ts'
import { isBrokerReady } from './broker-ready.ts'
import { brokerProperties } from './broker-properties.ts'
import { kafkaJars } from './kafka-jars.ts'

const run = promisify(execFile)
const HOST = '127.0.0.1'
const READY_TIMEOUT_MS = 60_000
const READY_POLL_MS = 50
const STOP_TIMEOUT_MS = 15_000
/** Fixed, so that a formatted folder can be copied instead of starting a second JVM each time. */
const CLUSTER_ID = 'dGlrLWxvY2FsLWthZmthMQ'
/** The quick compiler only: a broker of minutes never earns back what the other one costs it. */
const JVM_FLAGS = ['-Xms256m', '-Xmx768m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
const LOG_FLAGS = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
/**
 * Runs the broker, and kills it when this process is gone, however it ended: its end of the pipe
 * closes. The guard exits when the broker does.
 */
const GUARD = [
  'exec 3<&0',
  '"$@" </dev/null 2>>"$0" 3<&- & broker=$!',
  'echo $broker',
  '(cat <&3 >/dev/null; kill -9 $broker) & watch=$!',
  'wait $broker',
  'kill $watch',
].join('\n')

export interface LocalKafka {
  readonly brokers: readonly string[]
  /** The broker's log file and data are here; removed by `stop`. */
  readonly folder: string
  readonly pid: () => number
  /** Orderly shutdown, then the data is removed. Safe to call twice. */
  stop(): Promise<void>
  /** SIGKILL; the data stays for `restart`. */
  kill(): Promise<void>
  /** Starts again on the same port and data after `kill`. Resolves when it answers. */
  restart(): Promise<void>
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
}

export interface LocalKafkaOptions {
  /** A free port when left out. */
  readonly port?: number
  /** Single broker settings that override broker-properties.ts. */
  readonly properties?: Readonly<Record<string, string>>
  readonly say?: (line: string) => void
}

/** Starts the broker and waits until it answers. Throws `stream_unavailable`. */
export async function startLocalKafka(options: LocalKafkaOptions = {}): Promise<LocalKafka> {
  const jars = await kafkaJars(options.say)
  const folder = await mkdtemp(join(tmpdir(), 'tik-kafka-'))
  const [freePort, controllerPort] = await freePorts()
  const port = options.port ?? freePort
  const place = { port, controllerPort, logFolder: join(folder, 'log') }
  const config = join(folder, 'server.properties')
  await writeFile(config, brokerProperties(place, options.properties))
  await formatStorage({ jars, logFolder: place.logFolder })

  const archive = await classArchive(jars, folder)
  const start = { jars, config, folder, port, archiveFlag: archive.flag }
  let broker = await launch(start)
  return {
    brokers: [`${HOST}:${port}`],
    folder,
    pid: () => broker.pid,
    async stop() {
      await broker.end('SIGTERM')
      await archive.keep()
      await rm(folder, { recursive: true, force: true })
    },
    kill: () => broker.end('SIGKILL'),
    async restart() {
      await broker.end('SIGKILL')
      broker = await launch(start)
    },
    pause: () => broker.signal('SIGSTOP'),
    resume: () => broker.signal('SIGCONT'),
  }
}

interface Broker {
  readonly pid: number
  isAlive(): boolean
  signal(signal: NodeJS.Signals): void
  end(signal: NodeJS.Signals): Promise<void>
}

type Guard = ChildProcessByStdio<Writable, Readable, null>

async function launch(start: {
  jars: string
  config: string
  folder: string
  port: number
  archiveFlag: string
}): Promise<Broker> {
  const logFile = join(start.folder, 'broker.log')
  const flags = [...JVM_FLAGS, start.archiveFlag, ...LOG_FLAGS]
  const java = ['java', ...flags, '-cp', join(start.jars, '*'), 'kafka.Kafka']
  const guard = spawn('sh', ['-c', GUARD, logFile, ...java, start.config], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true, // Ctrl-C reaches only this process, which then stops the broker in order.
  })
  const broker = await guardedBroker(guard)
  const deadlineMs = performance.now() + READY_TIMEOUT_MS
  while (!(await isBrokerReady({ host: HOST, port: start.port }))) {
    if (performance.now() > deadlineMs || !broker.isAlive()) {
      await broker.end('SIGKILL')
      const lines = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-5).join('\n')
      throw new TikError('stream_unavailable', `the local Kafka broker did not start:\n${lines}`)
    }
    await sleep(READY_POLL_MS)
  }
  return broker
}

async function guardedBroker(guard: Guard): Promise<Broker> {
  let isAlive = true
  const exited = new Promise<void>((resolve) => {
    guard.once('exit', () => {
      isAlive = false
      guard.stdin.end()
      resolve()
    })
  })
  const pid = await new Promise<number>((resolve, reject) => {
    guard.once('error', reject)
    guard.stdout.once('data', (chunk: Buffer) => resolve(Number.parseInt(chunk.toString(), 10)))
  })
  guard.stdout.resume()
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (isAlive) process.kill(pid, name)
    } catch {
      // It has just ended, and its guard has not said so yet.
    }
  }
  return {
    pid,
    isAlive: () => isAlive,
    signal,
    async end(name) {
      signal(name)
      signal('SIGCONT') // A frozen broker cannot act on SIGTERM.
      const isLate = await Promise.race([exited.then(() => false), sleep(STOP_TIMEOUT_MS, true)])
      if (isLate) signal('SIGKILL')
      await exited
    },
  }
}

/**
 * Java's archive of loaded classes halves what a start costs. The first broker of a machine writes
 * it when it is stopped in order. Java starts without it when it does not fit.
 */
async function classArchive(jars: string, folder: string) {
  const kept = `${jars}-classes.jsa`
  const isThere = await access(kept).then(
    () => true,
    () => false,
  )
  if (isThere) return { flag: `-XX:SharedArchiveFile=${kept}`, keep: () => Promise.resolve() }
  const fresh = join(folder, 'classes.jsa')
  return {
    flag: `-XX:ArchiveClassesAtExit=${fresh}`,
    async keep() {
      const near = `${kept}.${process.pid}` // The temporary folder may be on another disk.
      await cp(fresh, near)
        .then(() => rename(near, kept))
        .catch(() => rm(near, { force: true })) // It was killed, or the disk is full.
    },
  }
}

/** Formats once into the cache and copies from there: it saves the start of a second JVM. */
async function formatStorage(storage: { jars: string; logFolder: string }): Promise<void> {
  const template = `${storage.jars}-formatted`
  const copied = await cp(template, storage.logFolder, { recursive: true }).then(
    () => true,
    () => false,
  )
  if (copied) return
  const work = await mkdtemp(`${template}.`)
  const logFolder = join(work, 'log')
  await mkdir(logFolder)
  const config = join(work, 'server.properties')
  await writeFile(config, brokerProperties({ port: 9092, controllerPort: 9093, logFolder }))
  const tool = ['-cp', join(storage.jars, '*'), 'kafka.tools.StorageTool']
  const format = [...tool, 'format', '--cluster-id', CLUSTER_ID, '--config', config]
  await run('java', [...LOG_FLAGS, ...format]).catch((cause: unknown) => {
    throw new TikError('stream_unavailable', 'Java could not format the storage of Kafka', {
      hint: 'Install Java 17 or later, or set KAFKA_BROKERS.',
      cause,
    })
  })
  await cp(logFolder, storage.logFolder, { recursive: true })
  await rename(logFolder, template).catch(() => undefined) // Another first start was faster.
  await rm(work, { recursive: true, force: true })
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.on('error', reject)
          server.listen(0, HOST, () => {
            const address = server.address()
            resolve(typeof address === 'object' && address !== null ? address.port : 0)
          })
        }),
    ),
  )
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  )
  return [ports[0] ?? 0, ports[1] ?? 0]
}
