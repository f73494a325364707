import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import { checkTotals } from './check-totals.ts'
import type { FileFacts, RecordDecoder } from '../format.ts'
import { plainSource } from '../../../test/doubles/decoding-run.ts'
import { formatAdapter } from '../formats/format-registry.ts'
import { tapFile } from '../../../test/doubles/tap3-writer.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-totals-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function check(
  bytes: Buffer,
  options = {},
  format: 'tap3' | 'delimited' = 'tap3',
): Promise<FileFacts> {
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  return checkTotals(path, decoderOf(format, options))
}

function decoderOf(format: 'tap3' | 'delimited', options = {}): RecordDecoder {
  return formatAdapter(format).createDecoder(plainSource(format, options))
}

test('a TAP file counts when its audit fits, compressed or not', async () => {
  const file = tapFile([{ kind: 'sms-mo', charge: 5 }])
  expect(await check(file)).toMatchObject({ mayCount: true, sequence: 42 })
  expect(await check(gzipSync(file))).toMatchObject({ mayCount: true, sequence: 42 })
  const wrong = tapFile([{ kind: 'sms-mo', charge: 5 }], { charge: 6 })
  expect(await check(wrong)).toMatchObject({
    mayCount: false,
    problems: ['the audit charges 6, the events 5'],
  })
})

test('a compressed file that is cut off stays out, whatever its format', async () => {
  const whole = gzipSync(Buffer.from('1,2026-10-05 09:00:00,5\n'.repeat(1_000)))
  const plain = { header: false, columns: { id: 1, start: 2, duration: 3 } }
  expect((await check(whole, plain, 'delimited')).mayCount).toBe(true)
  expect(await check(whole.subarray(0, -20), plain, 'delimited')).toMatchObject({
    mayCount: false,
    problems: ['its compression is damaged'],
  })
})

test('a delimited file is only read for its totals when the mapping says where they are', async () => {
  const columns = { id: 1, start: 2, duration: 3 }
  const rows = Buffer.from('1,2026-10-05 09:00:00,5\nT,9\n')
  const plain = { header: false, columns }
  expect((await check(rows, plain, 'delimited')).mayCount).toBe(true)
  const counted = { ...plain, trailer: { prefix: 'T,', countColumn: 2 } }
  expect(await check(rows, counted, 'delimited')).toMatchObject({
    mayCount: false,
    problems: ['the trailer counts 9 records, the file has 1'],
  })
})

test('the last row counts, also where the sender ends no row after it', async () => {
  const columns = { id: 1, start: 2, duration: 3 }
  const counted = { header: false, columns, trailer: { prefix: 'T,', countColumn: 2 } }
  const rows = Buffer.from('1,2026-10-05 09:00:00,5\nT,1')
  expect(await check(rows, counted, 'delimited')).toMatchObject({ mayCount: true, problems: [] })
})

test('a file that is away, or a stop, says nothing of what the file holds', async () => {
  const missing = checkTotals(join(folder, 'none'), decoderOf('tap3'))
  await expect(missing).rejects.toMatchObject({ code: 'file_missing' })
  const path = join(folder, 'stopped')
  writeFileSync(path, tapFile([{ kind: 'sms-mo', charge: 5 }]))
  const signal = AbortSignal.abort(new TikError('interrupted', 'stopped by a person'))
  const stopped = checkTotals(path, decoderOf('tap3'), { signal })
  await expect(stopped).rejects.toThrow('stopped by a person')
  const plain = { header: false, columns: { id: 1, start: 2, duration: 3 } }
  const unread = checkTotals(path, decoderOf('delimited', plain), { signal }) // Not read at all.
  expect(await unread).toMatchObject({ mayCount: true })
})
