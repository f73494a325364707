import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { postWebhook } from './post-webhook.ts'
import { isPublicAddress } from './public-address.ts'

test.each([
  '127.0.0.1',
  '127.8.9.1',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  'fe80::1',
  'fec0::1',
  'fd00::1',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'localhost',
  '',
  '2130706433',
  '0x7f.1',
])('%j is no public address', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each([
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '198.20.0.1',
  '2a00:1450::1',
  '2606:4700::1111',
])('%s is a public address', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each([
  'http://127.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://2130706433:PORT/', // The same machine in one number.
  'http://0x7f.1:PORT/',
  'http://0:PORT/',
])('%s is not posted to unless trials are allowed', async (template) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const url = template.replace('PORT', String((server.address() as AddressInfo).port))
  const post = { url, headers: {}, body: '{}' }
  expect(await postWebhook(post, 'public')).toMatch(/no public address/)
  expect(asked).toEqual([])
  expect(await postWebhook(post, 'any')).toBeUndefined()
  expect(asked).toEqual(['/'])
  server.closeAllConnections()
  server.close()
})

test('a redirect is an answer that was not taken, and is not followed', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(307, { Location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const post = { url: `http://127.0.0.1:${port}/hook`, headers: {}, body: '{}' }
  expect(await postWebhook(post, 'any')).toBe('answered 307')
  expect(asked).toEqual(['/hook'])
  server.close()
})
