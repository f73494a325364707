/** The mediation stage as a process of its own, started by bench/kafka-run.ts; runs until it is told to stop. */
import { createHealth } from '../src/core/watch/health.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import { createMediationMetrics } from '../src/stream/mediation/mediation-metrics.ts'
import { runMediation, SEND_ROWS_MAX } from '../src/stream/mediation/run-mediation.ts'
import { givenArguments, mediationWorld, openBenchStream } from './kafka-run.ts'

const given = givenArguments.parse(JSON.parse(process.argv[2] ?? ''))
const { brokers, client, accountsCount, from, to } = given
const { mediator } = await mediationWorld(accountsCount)
const stream = openBenchStream(brokers, client)
const group = `${from}-mediation`
const consumer = await stream.consumer(group, [from])
const [producer, admin] = [await stream.producer(), await stream.admin()]
const stop = new AbortController()
process.once('message', () => stop.abort())
process.send?.('ready')
const before = process.cpuUsage()
await runMediation({
  group,
  usageTopic: to,
  consumer,
  producer,
  admin,
  mediatorOf: () => mediator,
  sendRowsMax: SEND_ROWS_MAX,
  log: createLog('error'),
  health: createHealth([]),
  metrics: createMediationMetrics(createMetrics()),
  signal: stop.signal,
})
const { user, system } = process.cpuUsage(before)
await Promise.all([consumer.close(), producer.close(), admin.close()])
process.send?.(user + system)
process.disconnect()
