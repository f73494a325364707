/** `tik serve`: the door over HTTP, until it is stopped. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { linkFor } from '../../app/access/people.ts'
import { runJobs } from '../../app/jobs/run-jobs.ts'
import { runDemoOperator } from '../../app/service/demo-operator.ts'
import { keepCatalogueCurrent } from '../../app/service/keep-catalogue.ts'
import { STORE_PARTS, watchStores } from '../../app/service/watch-stores.ts'
import type { Stores } from '../../app/stores.ts'
import { createHealth } from '../../core/watch/health.ts'
import { createLog } from '../../core/watch/log.ts'
import { createMetrics, type Metrics } from '../../core/watch/metrics.ts'
import type { PersonKey } from '../../identity/person.ts'
import { print, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopSignal } from '../stop-on-signal.ts'
import { VERSION } from '../version.ts'
import { endEvenIfHeld } from './run-command.ts'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('the door over HTTP: API, sign-in')
    .option(
      '--sign-in <person...>',
      'print a link that signs this person in once: user:ID or staff:ID',
      personKeys,
    )
    .addHelpText('after', AFTER_HELP)
    .action(serve)
}

const AFTER_HELP = `
The API is below /api/v1; /api/v1/docs describes it. People sign in at /; programs send a key of
\`tik clients add\`. It stops on SIGTERM and Ctrl-C: what was begun is answered, within 20 s.

With the stores in a data folder it owns them: other commands on that folder are refused meanwhile and say
so. Let \`tik store-server\` hold them where both must run at once.`

async function serve(options: { signIn?: PersonKey[] }, command: Command): Promise<void> {
  using held = new DisposableStack()
  held.use(endEvenIfHeld())
  await using desk = await openDeskOf(command, 'serve', 'serve')
  const { config } = desk
  await desk.clickhouse.prepare() // Opened now, so that nobody waits for it later.
  // Other commands need not load it.
  const { serveApi } = await import('../../api/serve.ts')
  const { mountPortal } = await import('../../portal/mount-portal.ts')
  const { JOB_KINDS } = await import('../../api/jobs/job-kinds.ts')
  const links = await Promise.all(
    (options.signIn ?? []).map(async (who) => ({ who, link: await linkFor(desk, who, 'sign-in') })),
  )
  const log = createLog(config.logLevel)
  held.use(await keepCatalogueCurrent(desk, log))
  const metrics = createMetrics()
  await using watch = await tellSupervisor(desk, metrics)
  const isSecure = config.publicUrl?.startsWith('https:') === true
  const parts = {
    stores: desk,
    log,
    metrics,
    isSecure,
    version: VERSION,
    pages: mountPortal,
  }
  const operator = runDemoOperator(desk, log)
  if (operator !== undefined) held.use(operator)
  await using jobs = runJobs(desk, { kinds: JOB_KINDS, log })
  await using door = await serveApi(parts, { host: config.serveHost, port: config.servePort })
  const url = config.publicUrl ?? `http://${hostText(config.serveHost)}:${door.port}`
  print(`tik is at ${url}, its API described at ${url}/api/v1/docs`)
  for (const { who, link } of links) print(`${who} signs in, once: ${url}/#link=${link}`)
  if (watch.port !== undefined) print(`/metrics, /healthz and /readyz are on port ${watch.port}`)
  await stopSignal()
  remark('Answering what was begun …')
  jobs.stop()
}

/** Where it is configured: what the process counts, and whether its stores answer. */
async function tellSupervisor(
  stores: Stores,
  metrics: Metrics,
): Promise<AsyncDisposable & { readonly port?: number }> {
  const { httpHost, serveStatusPort } = stores.config
  await using opening = new AsyncDisposableStack()
  if (serveStatusPort === undefined) return opening.move()
  const health = createHealth(STORE_PARTS)
  opening.use(watchStores(stores, health))
  const { startStatusServer } = await import('../../status/status-server.ts')
  const server = opening.use(
    await startStatusServer({ host: httpHost, port: serveStatusPort, health, metrics }),
  )
  const opened = opening.move()
  return { port: server.port, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function personKeys(text: string, before: PersonKey[] = []): PersonKey[] {
  const [, kind, id = ''] = /^(user|staff):(\S+)$/.exec(text) ?? []
  if (kind === 'user') return [...before, `user:${id}`]
  if (kind === 'staff') return [...before, `staff:${id}`]
  throw new InvalidArgumentError('write user:ID or staff:ID')
}
