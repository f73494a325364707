/** What the adapter does when its client gives up; with a double, because a broker does it seldom. */
import type { ConsumerConfig, EachBatchHandler, EachBatchPayload, Kafka } from 'kafkajs'
import { expect, test } from 'vitest'
import { createKafkajsConsumer } from './kafkajs-consumer.ts'
import { CONSUMER_LIMITS } from '../stream.ts'
import type { StreamConsumer } from '../stream.ts'

type Listener = (event: { payload: object }) => void

/** Clients in the order in which they were made, and how to let one join or give up. */
function kafkaDouble() {
  const clients: { emit(event: string, payload: object): void; isConnected: boolean }[] = []
  const state: {
    failingConnects: number
    config?: ConsumerConfig
    eachBatch?: EachBatchHandler
  } = { failingConnects: 0 }
  const consumer = (config: ConsumerConfig) => {
    state.config = config
    const listeners = new Map<string, Listener>()
    const client = {
      isConnected: false,
      emit: (event: string, payload: object) => listeners.get(event)?.({ payload }),
    }
    clients.push(client)
    return {
      on: (event: string, listener: Listener) => {
        listeners.set(event, listener)
        return () => undefined
      },
      connect: () => {
        state.failingConnects -= 1
        if (state.failingConnects >= 0) return Promise.reject(new Error('no broker yet'))
        client.isConnected = true
        return Promise.resolve()
      },
      subscribe: () => Promise.resolve(),
      run: ({ eachBatch }: { eachBatch: EachBatchHandler }) => {
        state.eachBatch = eachBatch
        return Promise.resolve()
      },
      pause: () => () => undefined,
      disconnect: () => {
        client.isConnected = false
        return Promise.resolve()
      },
    }
  }
  return { kafka: { consumer } as unknown as Kafka, clients, state }
}

const open = (kafka: Kafka) => createKafkajsConsumer(kafka, 'group', ['usage'], CONSUMER_LIMITS)
const share = (partitions: number[]) => ({ memberAssignment: { usage: partitions } })

async function kinds(consumer: StreamConsumer): Promise<string[]> {
  const found: string[] = []
  for (let event = await consumer.next(1); event !== undefined; event = await consumer.next(1)) {
    const places = 'partitions' in event ? event.partitions.map((one) => one.partition) : []
    found.push([event.kind, ...places].join(' '))
  }
  return found
}

test('a client that gives up for good is replaced, and what the group took meanwhile is revoked', async () => {
  const { kafka, clients, state } = kafkaDouble()
  const consumer = await open(kafka)
  clients[0]?.emit('consumer.group_join', share([0, 1]))
  expect(await kinds(consumer)).toEqual(['assigned 0 1'])
  state.failingConnects = 1
  clients[0]?.emit('consumer.crash', { error: new Error('no coordinator'), restart: false })
  await expect.poll(() => clients.length, { timeout: 5_000 }).toBe(3)
  clients[2]?.emit('consumer.group_join', share([1, 2]))
  expect(await kinds(consumer)).toEqual(['failed', 'failed', 'revoked 0', 'assigned 1 2'])
  expect(clients.map(({ isConnected }) => isConnected)).toEqual([false, false, true])
  await consumer.close()
})

test('a client that restarts by itself is left to it', async () => {
  const { kafka, clients } = kafkaDouble()
  const consumer = await open(kafka)
  clients[0]?.emit('consumer.crash', { error: new Error('away'), restart: true })
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(clients).toHaveLength(1)
  expect(await kinds(consumer)).toEqual(['failed'])
  await consumer.close()
})

const MEGABYTE = 1024 * 1024

/** Messages of these lengths from partition 0. */
function batch(...lengths: number[]): EachBatchPayload {
  const messages = lengths.map((length, offset) => {
    const value = Buffer.alloc(length)
    return { offset: String(offset), key: null, value, timestamp: '0', attributes: 0, headers: {} }
  })
  const payload = {
    batch: { topic: 'usage', partition: 0, highWatermark: '9', messages },
    isStale: () => false,
    isRunning: () => true,
    heartbeat: () => Promise.resolve(),
  }
  return payload as unknown as EachBatchPayload
}

test('a fetch brings 8 MB of a partition, and the client is held back while more than 64 MB wait', async () => {
  const { kafka, state } = kafkaDouble()
  const consumer = await open(kafka)
  expect(state.config?.maxBytesPerPartition).toBe(8 * MEGABYTE)
  await state.eachBatch?.(batch(...Array<number>(64).fill(MEGABYTE)))
  let isHeld = true
  const held = state.eachBatch?.(batch(1)).then(() => (isHeld = false))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(isHeld).toBe(true)
  expect(await kinds(consumer)).toEqual(['messages', 'messages'])
  await held
  await consumer.close()
})
