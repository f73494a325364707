/**
 * A Kafka broker for the tests that need a real one, in this order: KAFKA_BROKERS, Docker through
 * testcontainers, Java with Maven. Without any of them the tests are skipped with the reason, and
 * with CI=true and TIK_REQUIRE_KAFKA=1 that is an error.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { KafkaContainer } from '@testcontainers/kafka'
import { startLocalKafka } from '../scripts/kafka/start-local-kafka.ts'
import type { LocalKafka } from '../scripts/kafka/start-local-kafka.ts'

export interface TestKafka {
  readonly brokers: readonly string[]
  /** Where it came from, for the report of a test run. */
  readonly from: 'KAFKA_BROKERS' | 'Docker' | 'Java'
  /** Only a broker of our own can be killed and frozen. */
  readonly local: LocalKafka | undefined
  stop(): Promise<void>
}

const run = promisify(execFile)
const PROBE_TIMEOUT_MS = 10_000
const KAFKA_IMAGE = 'confluentinc/cp-kafka:8.1.1'
const CONTAINER_PORT = 9093

/** Why there is no Kafka here, or '' when there is. Asked once, before the tests are collected. */
export async function whyNoKafka(): Promise<string> {
  if (process.env['KAFKA_BROKERS'] !== undefined) return ''
  if (await answers('docker', ['info'])) return ''
  const missing = []
  if (!(await answers('java', ['-version']))) missing.push('Java')
  if (!(await answers('mvn', ['--version']))) missing.push('Maven')
  if (missing.length === 0) return ''
  const reason = `no KAFKA_BROKERS, no Docker engine, and ${missing.join(' and ')} missing`
  if (process.env['CI'] === 'true' && process.env['TIK_REQUIRE_KAFKA'] === '1') {
    throw new Error(`the tests with Kafka must run here: ${reason}`)
  }
  process.stderr.write(`skipped, no Kafka: ${reason}\n`)
  return reason
}

export async function kafkaForTests(): Promise<TestKafka> {
  const given = process.env['KAFKA_BROKERS']
  if (given !== undefined) {
    return {
      brokers: given.split(','),
      from: 'KAFKA_BROKERS',
      local: undefined,
      stop: () => Promise.resolve(),
    }
  }
  if (await answers('docker', ['info'])) return fromDocker()
  const local = await startLocalKafka()
  return { brokers: local.brokers, from: 'Java', local, stop: () => local.stop() }
}

/** A topic name that no other test run on a shared broker has. */
export function topicName(prefix: string): string {
  return `${prefix}-${process.pid}-${Math.round(performance.timeOrigin + performance.now())}`
}

async function fromDocker(): Promise<TestKafka> {
  const container = await new KafkaContainer(KAFKA_IMAGE).withKraft().start()
  return {
    brokers: [`${container.getHost()}:${container.getMappedPort(CONTAINER_PORT)}`],
    from: 'Docker',
    local: undefined,
    stop: async () => void (await container.stop()),
  }
}

async function answers(command: string, parameters: readonly string[]): Promise<boolean> {
  return run(command, [...parameters], { timeout: PROBE_TIMEOUT_MS }).then(
    () => true,
    () => false,
  )
}
