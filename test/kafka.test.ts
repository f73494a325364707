/** What needs a real broker, over one: starting it takes longer than the tests. */
import { afterAll, beforeAll, describe } from 'vitest'
import { kafkaForTests, whyNoKafka } from './kafka-for-tests.ts'
import type { TestKafka } from './kafka-for-tests.ts'
import { describeDirectory } from './kafka-directory.conformance.ts'
import { describeStages } from './kafka-rating.conformance.ts'
import { describeStream } from './kafka-stream.conformance.ts'

const reason = await whyNoKafka()

describe.skipIf(reason !== '')('over a real broker', () => {
  let kafka: TestKafka
  beforeAll(async () => {
    kafka = await kafkaForTests()
  }, 120_000)
  afterAll(() => kafka.stop())

  describeStream(() => kafka)
  describeStages(() => kafka)
  describeDirectory(() => kafka)
})
