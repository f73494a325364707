/** What needs a real broker, over one: starting it takes longer than the tests. */
import { afterAll, beforeAll, describe } from 'vitest'
import { KAFKA_CLIENTS } from '../src/stream/kafka/open-stream.ts'
import { kafkaForTests, whyNoKafka } from './kafka-for-tests.ts'
import type { TestKafka } from './kafka-for-tests.ts'
import { describeDirectory } from './kafka-directory.conformance.ts'
import { describeStages } from './kafka-rating.conformance.ts'
import { describeClientsTogether, describeStream } from './kafka-stream.conformance.ts'

const reason = await whyNoKafka()

describe.skipIf(reason !== '')('over a real broker', () => {
  let kafka: TestKafka
  beforeAll(async () => {
    kafka = await kafkaForTests()
  }, 120_000)
  afterAll(() => kafka.stop())

  describe.each(KAFKA_CLIENTS)('through %s', (client) => {
    describeStream(() => kafka, client)
    describeStages(() => kafka, client)
    describeDirectory(() => kafka, client)
  })
  describeClientsTogether(() => kafka)
})
