/** SASL/SCRAM over TLS with a real broker: each client must present a name, a password and trust a certificate. */
import { execFile } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { Admin, alterUserScramCredentialsV0 } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLocalKafka } from '../scripts/kafka/start-local-kafka.ts'
import type { LocalKafka } from '../scripts/kafka/start-local-kafka.ts'
import { createLog } from '../src/core/watch/log.ts'
import { KAFKA_CLIENTS, openKafkaStream } from '../src/stream/kafka/open-stream.ts'
import { topicName, whyNoKafka } from './kafka-for-tests.ts'

const run = promisify(execFile)
const SCRAM_SHA_512 = 2
const ITERATIONS = 4_096
const KEY_BYTES = 64
const credentials = { username: 'tik', password: 'a secret of the test' }

const reason = (await whyNoKafka()) || (await whyNoKeytool())

describe.skipIf(reason !== '')('over TLS', () => {
  let kafka: LocalKafka
  let folder: string
  let broker: string
  const trusted = tls.getCACertificates('default')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tik-kafka-tls-'))
    const { keystore, certificate } = await makeKeystore(folder)
    tls.setDefaultCACertificates([...trusted, certificate])
    const ports = {
      plain: await freePort(),
      secure: await freePort(),
      controller: await freePort(),
    }
    broker = `localhost:${ports.secure}`
    const properties = withSecureListener(ports, keystore)
    kafka = await startLocalKafka({ port: ports.plain, properties })
    await addUser(kafka)
  }, 120_000)
  afterAll(async () => {
    tls.setDefaultCACertificates(trusted)
    await kafka.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const options = () => ({ brokers: [broker], clientId: 'tik-test', log: createLog('error') })

  test.each(KAFKA_CLIENTS)('%s writes and reads with its password', async (client) => {
    const stream = openKafkaStream(client, { ...options(), credentials })
    const topic = topicName(`secure-${client}`)
    const admin = await stream.admin()
    await admin.createTopics([{ topic, partitions: 1, replicas: 1, settings: {} }])
    await admin.close()
    const producer = await stream.producer()
    await producer.send(topic, [{ key: 'a', value: 'kept' }])
    await producer.close()
    const consumer = await stream.consumer(topic, [topic])
    const values: string[] = []
    while (values.length === 0) {
      const event = await consumer.next(15_000)
      if (event?.kind === 'assigned') consumer.seek({ topic, partition: 0 }, 0)
      if (event?.kind === 'messages') values.push(...event.messages.map((one) => String(one.value)))
    }
    expect(values).toEqual(['kept'])
    await consumer.close()
  })

  test.each(KAFKA_CLIENTS)('%s with a wrong password is told so', async (client) => {
    const wrong = { ...credentials, password: 'another one' }
    const stream = openKafkaStream(client, { ...options(), credentials: wrong, retriesMax: 0 })
    await expect(stream.admin()).rejects.toMatchObject({
      code: 'stream_unavailable',
      message: expect.stringMatching(/authentication failed|invalid credentials/i),
    })
  })
})

async function whyNoKeytool(): Promise<string> {
  const isThere = await run('keytool', ['-help']).then(
    () => true,
    () => false,
  )
  if (!isThere) process.stderr.write('skipped, no Kafka over TLS: keytool missing\n')
  return isThere ? '' : 'keytool missing'
}

/** A certificate of `localhost`, signed by itself. */
async function makeKeystore(folder: string) {
  const keystore = join(folder, 'broker.p12')
  const store = ['-keystore', keystore, '-storepass', credentials.password, '-alias', 'broker']
  const name = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1']
  await run('keytool', ['-genkeypair', '-keyalg', 'RSA', '-validity', '2', ...name, ...store])
  const file = join(folder, 'broker.pem')
  await run('keytool', ['-exportcert', '-rfc', '-file', file, ...store])
  return { keystore, certificate: await readFile(file, 'utf8') }
}

/** A second listener beside the plain one, which the broker itself and `addUser` use. */
function withSecureListener(
  ports: { readonly plain: number; readonly secure: number; readonly controller: number },
  keystore: string,
): Record<string, string> {
  const open = `CLIENT://127.0.0.1:${ports.plain},SECURE://localhost:${ports.secure}`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule'
  return {
    listeners: `${open},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': open,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.secure.scram-sha-512.sasl.jaas.config': `${scram} required;`,
    'ssl.keystore.location': keystore,
    'ssl.keystore.password': credentials.password,
    'ssl.keystore.type': 'PKCS12',
  }
}

/** Through the listener without a password, which only tests have. */
async function addUser({ brokers }: LocalKafka): Promise<void> {
  const admin = new Admin({ bootstrapBrokers: [...brokers], clientId: 'tik-test' })
  const salt = randomBytes(16)
  const saltedPassword = pbkdf2Sync(credentials.password, salt, ITERATIONS, KEY_BYTES, 'sha512')
  const user = { name: credentials.username, mechanism: SCRAM_SHA_512, iterations: ITERATIONS }
  for (const connection of (await admin.connectToBrokers()).values()) {
    await alterUserScramCredentialsV0.api.async(connection, [], [{ ...user, salt, saltedPassword }])
  }
  await admin.close()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
