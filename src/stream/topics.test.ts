import { expect, test } from 'vitest'
import { defaultSource } from '../ingest/sources.ts'
import { topicPlans } from './topics.ts'

test('a topic for each source and those of tik, where arrival decides about retention', () => {
  const plans = topicPlans([{ ...defaultSource('asterisk'), sourceId: 'pbx-1' }])
  const names = plans.map((plan) => plan.topic)
  expect(names).toEqual(['cdr-pbx-1', 'usage', 'directory', 'alerts', 'service-requests'])
  for (const { settings } of plans) {
    expect(settings['message.timestamp.type']).toBe('LogAppendTime')
    expect(settings['cleanup.policy']).toBe('delete')
  }
})

test('a prefix stands before every name', () => {
  const plans = topicPlans([{ ...defaultSource('asterisk'), sourceId: 'pbx-1' }], 'test.')
  expect(plans.map(({ topic }) => topic)).toEqual([
    'test.cdr-pbx-1',
    'test.usage',
    'test.directory',
    'test.alerts',
    'test.service-requests',
  ])
})

test('settings of a topic: what a broker is asked for, to the last word', () => {
  const settings = {
    'cleanup.policy': 'delete',
    'retention.ms': '2592000000', // 30 days
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': '16777216',
  }
  const plans = topicPlans([{ ...defaultSource('asterisk'), sourceId: 'pbx-1' }])
  expect(plans).toEqual([
    { topic: 'cdr-pbx-1', partitions: 12, replicas: -1, settings },
    { topic: 'usage', partitions: 24, replicas: -1, settings },
    { topic: 'directory', partitions: 1, replicas: -1, settings },
    { topic: 'alerts', partitions: 1, replicas: -1, settings },
    { topic: 'service-requests', partitions: 1, replicas: -1, settings },
  ])
})
