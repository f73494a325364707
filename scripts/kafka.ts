/** `npm run kafka`: a real Kafka broker on this machine, for trying tik out without Docker. */
import { parseArgs } from 'node:util'
import { TikError } from '../src/core/failures/errors.ts'
import { startLocalKafka } from './kafka/start-local-kafka.ts'

const HELP = `npm run kafka -- [--port N] [--help]

Starts Apache Kafka's own broker (one node, KRaft) on 127.0.0.1 and keeps it until Ctrl-C.
Its data is in a temporary folder and is removed when it stops.
Needs Java 17 or later; Maven fetches the jars once into ~/.cache/tik/kafka.

  --port N   listen on this port (default 9092; 0 takes a free one)
  --help     show this text
`
const PORT_DEFAULT = '9092'

try {
  const { help, port } = readArguments()
  if (help) process.stdout.write(HELP)
  else await serve(port)
} catch (error) {
  process.exitCode = complain(error)
}

async function serve(port: number): Promise<void> {
  const startedMs = performance.now()
  const kafka = await startLocalKafka({ ...(port === 0 ? {} : { port }), say })
  say(`Kafka answers on ${kafka.brokers.join(',')} after ${elapsed(startedMs)} s`)
  say(`data and log: ${kafka.folder}`)
  say(`use it:  TIK_KAFKA_BROKERS=${kafka.brokers.join(',')} npx tik run`)
  const stop = async (): Promise<void> => {
    say('stopping')
    await kafka.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

function readArguments(): { help: boolean; port: number } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: PORT_DEFAULT },
      help: { type: 'boolean', default: false },
    },
  })
  if (!/^\d{1,5}$/.test(values.port)) {
    throw new TikError('usage_error', `--port ${values.port} is no port`, { hint: HELP })
  }
  return { help: values.help, port: Number.parseInt(values.port, 10) }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Says what went wrong and answers the exit status. */
function complain(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  if (!(error instanceof TikError)) return 2 // parseArgs met an option that it does not know.
  if (error.hint !== undefined) process.stderr.write(`${error.hint}\n`)
  return error.exitStatus
}

function elapsed(sinceMs: number): string {
  return String(Math.round(performance.now() - sinceMs) / 1000)
}
