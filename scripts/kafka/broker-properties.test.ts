import { expect, test } from 'vitest'
import { brokerProperties } from './broker-properties.ts'

const place = { port: 19092, controllerPort: 19093, logFolder: '/data/log' }

test('the broker listens on loopback only', () => {
  const listeners = brokerProperties(place)
    .split('\n')
    .filter((line) => line.startsWith('listeners=') || line.startsWith('advertised.listeners='))
  expect(listeners).toEqual([
    'listeners=CLIENT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093',
    'advertised.listeners=CLIENT://127.0.0.1:19092',
  ])
})

test('an extra setting replaces the one of the same name', () => {
  const text = brokerProperties(place, { 'message.max.bytes': '1000' })
  expect(text.match(/^message\.max\.bytes=.*$/gm)).toEqual(['message.max.bytes=1000'])
})
