import { createServer } from 'node:http'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { ledgerError } from './clickhouse-error.ts'
import { openClickHouse } from './clickhouse-store.ts'
import { exactBigInteger, exactInteger, exactMicros, queryText } from './query-file.ts'

test.each`
  code              | message                                               | meaning
  ${'243'}          | ${'Cannot reserve 1.00 MiB, not enough space'}        | ${'disk_full'}
  ${'ENOSPC'}       | ${'write failed'}                                     | ${'disk_full'}
  ${'75'}           | ${'Cannot write: errno: 28, No space left on device'} | ${'disk_full'}
  ${'ECONNREFUSED'} | ${'connect'}                                          | ${'ledger_unavailable'}
  ${'252'}          | ${'Too many parts'}                                   | ${'ledger_unavailable'}
  ${''}             | ${'socket hang up'}                                   | ${'ledger_unavailable'}
  ${''}             | ${'Timeout error.'}                                   | ${'ledger_unavailable'}
  ${'47'}           | ${'Unknown expression identifier'}                    | ${'ledger_rejected'}
  ${'40'}           | ${"Checksum doesn't match: corrupted data."}          | ${'ledger_incomplete'}
  ${'33'}           | ${'Cannot read all data. Bytes read: 10.'}            | ${'ledger_incomplete'}
  ${'516'}          | ${'Authentication failed'}                            | ${'ledger_rejected'}
`('$code "$message" is $meaning', ({ code, message, meaning }) => {
  const error = ledgerError(Object.assign(new Error(String(message)), { code }), 'a query')
  expect(error).toMatchObject({ code: meaning })
  expect(error.message).toContain('a query: ')
})

test.each`
  text                                                            | meaning                 | sentence
  ${"Code: 40. DB::Exception: Checksum doesn't match: corrupted"} | ${'ledger_incomplete'}  | ${"Checksum doesn't match: corrupted"}
  ${'Code: 243. DB::Exception: Cannot reserve 1.00 MiB'}          | ${'disk_full'}          | ${'Cannot reserve 1.00 MiB'}
  ${'Code: 241. DB::Exception: Memory limit exceeded'}            | ${'ledger_unavailable'} | ${'Memory limit exceeded'}
  ${'Code: 210. DB::NetException: Connection refused'}            | ${'ledger_unavailable'} | ${'Connection refused'}
`('what ends a stream with "$text" is $meaning, in a sentence', ({ text, meaning, sentence }) => {
  const error = ledgerError(new Error(String(text)), 'a query')
  expect(error).toMatchObject({ code: meaning, message: `the ledger, at a query: ${sentence}` })
})

test('an error that is ours already stays as it is', () => {
  const ours = new TikError('ledger_fenced', 'x')
  expect(ledgerError(ours, 'y')).toBe(ours)
})

test('a server that is away is unavailable and worth another try', async () => {
  const login = { username: 'default', password: '', database: 'tik' }
  await using store = await openClickHouse({ url: 'http://127.0.0.1:1', ...login })
  await expect(store.command('SELECT 1')).rejects.toMatchObject({
    code: 'ledger_unavailable',
    retryable: true,
  })
})

test('a server that answers with an error is told apart by its code', async () => {
  const server = createServer((_, response) => {
    response.statusCode = 500
    response.setHeader('X-ClickHouse-Exception-Code', '243')
    response.end('Code: 243. DB::Exception: Cannot reserve 1.00 MiB. (NOT_ENOUGH_SPACE)')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const login = { username: 'default', password: '', database: 'tik' }
  const store = await openClickHouse({ url: `http://127.0.0.1:${port}`, ...login })
  await expect(store.command('SELECT 1')).rejects.toMatchObject({ code: 'disk_full' })
  await store.close()
  server.close()
})

test('errors of the embedded engine say which query failed', async () => {
  await using store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-error-')) })
  const broken = queryText()('broken', 'SELECT nothing', z.object({}))
  await expect(store.query(broken, {})).rejects.toMatchObject({
    code: 'ledger_rejected',
    message: expect.stringContaining('broken: '),
  })
  const reading = store.stream(broken, {})[Symbol.asyncIterator]().next()
  await expect(reading).rejects.toMatchObject({ code: 'ledger_rejected' })
})

test('numbers are read exactly or not at all', () => {
  expect(exactInteger.parse('-9007199254740991')).toBe(Number.MIN_SAFE_INTEGER)
  expect(exactInteger.parse(7)).toBe(7)
  for (const wrong of ['1.5', '1e3', '', 'x', ' 1']) {
    expect(exactInteger.safeParse(wrong).success).toBe(false)
    expect(exactBigInteger.safeParse(wrong).success).toBe(false)
  }
  for (const large of ['9007199254740993', '-9007199254740993', 2 ** 53]) {
    expect(() => exactInteger.parse(large)).toThrow(
      expect.objectContaining({ code: 'quantity_overflow' }),
    )
  }
  expect(exactBigInteger.parse('-9007199254740993')).toBe(-9_007_199_254_740_993n)
  expect(exactBigInteger.parse(7)).toBe(7n)
  expect(exactMicros.parse('-0.000001')).toBe(-1)
  expect(() => exactMicros.parse('0.0000001')).toThrow('six decimals')
})
