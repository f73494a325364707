import { expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import { streamError, translated } from './stream-error.ts'

test('of several tries the last reason is told', () => {
  const tries = ['no route', 'refused by kafka-1:9092'].map((reason) => new Error(reason))
  const all = new AggregateError([new AggregateError(tries, 'failed twice')], 'no broker')
  expect(streamError(all, 'joining group rating').message).toBe(
    'joining group rating: refused by kafka-1:9092',
  )
  expect(streamError(new AggregateError([], 'nobody'), 'reading').message).toBe('reading: nobody')
  expect(streamError('gone', 'reading').message).toBe('reading: gone')
})

test('why it failed is told, once', () => {
  const refused = new Error('ECONNREFUSED')
  const reasons = [
    new Error('Connection to kafka-1:9092 failed.', { cause: refused }),
    new Error('Connection error: ECONNREFUSED', { cause: refused }),
  ]
  expect(reasons.map((reason) => streamError(reason, 'reading').message)).toEqual([
    'reading: Connection to kafka-1:9092 failed. ECONNREFUSED',
    'reading: Connection error: ECONNREFUSED',
  ])
})

test('what is in our words already stays as it is', async () => {
  const wrong = new TikError('config_invalid', 'the wrong client')
  await expect(translated('reading', () => Promise.reject(wrong))).rejects.toBe(wrong)
  await expect(
    translated('reading', () => Promise.reject(new Error('away'))),
  ).rejects.toMatchObject({
    code: 'stream_unavailable',
    message: 'reading: away',
    hint: 'check that Kafka runs and that TIK_KAFKA_BROKERS leads to it',
  })
  expect(await translated('reading', () => Promise.resolve(3))).toBe(3)
})
