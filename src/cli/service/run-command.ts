/** `tik run`: the stages over Kafka, as a service that stops in order. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { STAGES, type StageName } from '../../app/service/stages.ts'
import { remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

const RECORDING_STAGES: ReadonlySet<StageName> = new Set(['rating', 'all'])

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('run the stages over Kafka until it is stopped')
    .addOption(new Option('--stage <name>', 'which stage').choices(STAGES).default('all'))
    .addHelpText('after', AFTER_HELP)
    .action(async (options: { stage: StageName }, command: Command) => {
      const { runStages } = await import('../../app/service/run-stages.ts')
      using _ = endEvenIfHeld()
      await using desk = await openDeskOf(
        command,
        `run --stage ${options.stage}`,
        RECORDING_STAGES.has(options.stage) ? 'record' : 'read',
      )
      await runStages(options.stage, desk, stopOnSignal())
    })
}

/** A client that did not close may hold the process; by then nothing is left to do. */
const HELD_MS_MAX = 2_000

/** When it is disposed, the process ends within a bound, whatever still runs in it. */
export function endEvenIfHeld(): Disposable {
  return {
    [Symbol.dispose]: () => void setTimeout(() => process.exit(), HELD_MS_MAX).unref(),
  }
}

const AFTER_HELP = `
mediation reads the topics cdr-<source> of sources.yaml and writes the topic usage; rating reads usage
and writes the ledger; alerts mails crossed limits and posts them to webhooks and the topic alerts;
directory applies the events of the topic directory to accounts and subscriptions; all does everything in one process. More throughput: more processes of mediation and rating.

SIGTERM and Ctrl-C finish what was taken, within 20 s. While a store or Kafka is away it waits and says
so on /readyz; after ten minutes it ends with exit status 1. /metrics is for Prometheus.

Changed accounts, limits, users and catalogues are taken over within seconds. \`tik status\` shows how far
every stage is. While it rates, \`tik ingest\` against the same servers is refused.

Without servers, \`tik store-server\` lets several processes share one data folder.`

function stopOnSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      remark('Finishing what was taken …')
      controller.abort()
    })
  }
  return controller.signal
}
