import { expect, test } from 'vitest'
import { RECORD_BYTES_MAX } from '../format.ts'
import { LineSplitter } from './line-splitter.ts'
import type { TextEncoding } from './line-splitter.ts'

function linesOf(bytes: Buffer | string, encoding?: TextEncoding, chunkBytes = 7): string[] {
  const splitter = new LineSplitter(encoding)
  const lines: string[] = []
  const sink = {
    line: (text: string, terminated: boolean) => void lines.push(terminated ? text : `${text}…`),
    oversized: (head: string) => void lines.push(`oversized ${head.length}`),
  }
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length; at += chunkBytes) {
    splitter.push(buffer.subarray(at, at + chunkBytes), sink)
  }
  splitter.end(sink)
  return lines
}

test.each([
  ['a\nb\n', ['a', 'b']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['a\rb\r', ['a', 'b']],
  ['a\rb\r\nc\nd', ['a', 'b', 'c', 'd…']],
  ['a\n\n\nb', ['a', 'b…']],
  ['a\nb\rc\n', ['a', 'b\rc']],
  ['\r', []],
  ['a\r', ['a']],
  ['', []],
  ['\uFEFFa\nb\n', ['a', 'b']],
])('%j is %j, whatever the chunks', (text, expected) => {
  for (let chunkBytes = 1; chunkBytes <= 5; chunkBytes += 1) {
    expect(linesOf(text, 'auto', chunkBytes)).toEqual(expected)
  }
})

test('auto reads UTF-8 lines as UTF-8 and others as Latin-1, line by line', () => {
  const bytes = Buffer.concat([Buffer.from('é\n', 'utf8'), Buffer.from('é\n', 'latin1')])
  expect(linesOf(bytes, 'auto', 100)).toEqual(['é', 'é'])
  expect(linesOf(bytes, 'auto', 1)).toEqual(['é', 'é'])
  expect(linesOf(Buffer.from('é\n', 'utf8'), 'latin1')).toEqual(['Ã©'])
})

test.each([
  ['ASCII', 'x', RECORD_BYTES_MAX],
  ['UTF-8', 'é', RECORD_BYTES_MAX / 2],
])('a line of the bound is a line, one byte more is too long (%s)', (_name, letter, count) => {
  const longest = letter.repeat(count)
  for (const chunkBytes of [4_096, 65_537, 5_000_000]) {
    expect(linesOf(`${longest}\r\nb\n`, 'auto', chunkBytes)).toEqual([longest, 'b'])
    expect(linesOf(`${longest}x\nb\n`, 'auto', chunkBytes)).toEqual(['oversized 1024', 'b'])
  }
})
