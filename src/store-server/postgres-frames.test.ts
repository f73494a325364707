import { expect, test } from 'vitest'
import { createFrameReader } from './postgres-frames.ts'

function frame(type: string, body: string): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type), size, Buffer.from(body)])
}

const STARTUP = Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0])
const SSL = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

test('messages up to a Sync are one group, however the bytes come', () => {
  const bytes = Buffer.concat([
    SSL,
    STARTUP,
    frame('P', 'SELECT $1'),
    frame('B', 'a'),
    frame('S', ''),
    frame('Q', 'BEGIN'),
    frame('P', 'not complete'),
  ])
  for (const size of [1, 3, bytes.length]) {
    const reader = createFrameReader()
    const groups = []
    for (let at = 0; at < bytes.length; at += size) {
      groups.push(...reader.read(bytes.subarray(at, at + size)))
    }
    expect(groups.map(({ kind, messages }) => `${kind} ${messages.length}`)).toEqual([
      'refuse ssl 1',
      'run 1',
      'run 3',
      'run 1',
    ])
    expect(Buffer.concat(groups[2]?.messages ?? []).toString()).toContain('SELECT $1')
  }
})

test('a client that says goodbye or sends no protocol at all is let go', () => {
  const reader = createFrameReader()
  expect(reader.read(STARTUP).map(({ kind }) => kind)).toEqual(['run'])
  expect(reader.read(frame('X', '')).map(({ kind }) => kind)).toEqual(['close'])
  const stranger = createFrameReader().read(Buffer.from('GET / HTTP/1.1'))
  expect(stranger.map(({ kind }) => kind)).toEqual(['close'])
})
