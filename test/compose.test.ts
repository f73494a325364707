/**
 * docker-compose.yml against what it promises. No Docker engine is needed, so this does not prove
 * that the images start; it proves that the names, versions and references in the file hold.
 */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { describeConfig } from '../src/core/config/config.ts'

const service = z.looseObject({
  image: z.string().optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()).min(2) }).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
})
const text = readFileSync('docker-compose.yml', 'utf8')
const compose = z
  .looseObject({
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(text, { merge: true }))
const services = Object.entries(compose.services)
/** They end by themselves. */
const ONE_OFF = ['migrate', 'tik']

test('the servers and the stages of tik are there', () => {
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining(['kafka', 'clickhouse', 'postgres', 'mailpit', 'mediation', 'rating']),
  )
})

test.each(services)('%s has a pinned version', (_, { image }) => {
  expect(image).toMatch(/:(v?\d+\.\d+[\w.-]*|local)$/)
})

test.each(services.filter(([name]) => !ONE_OFF.includes(name)))(
  '%s has a health check and waits only for services that have one',
  (_, { healthcheck, depends_on: waitsFor }) => {
    expect(healthcheck).toBeDefined()
    for (const [other, { condition }] of Object.entries(waitsFor)) {
      const target = compose.services[other]
      if (condition === 'service_healthy') expect(target?.healthcheck).toBeDefined()
      else expect(ONE_OFF).toContain(other)
    }
  },
)

test.each(services)(
  'the volumes of %s are declared, and its files are in the repository',
  (_, one) => {
    for (const volume of one.volumes) {
      const [from = ''] = volume.split(':')
      expect(from.startsWith('.') ? existsSync(from) : from in compose.volumes, from).toBe(true)
    }
  },
)

test.each(services)('%s is reachable from this machine only', (_, { ports }) => {
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
})

test('tik is configured by settings that it knows, with values that it accepts', () => {
  const { environment = {} } = compose.services['rating'] ?? {}
  const given = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replaceAll(/\$\{\w+:-([^}]+)\}/g, '$1'),
    ]),
  )
  const lines = describeConfig('/data', given)
  const known = new Set(lines.map((line) => line.env))
  expect(Object.keys(given).filter((name) => !known.has(name))).toEqual([])
  const read = lines.filter((line) => line.from === 'environment').map((line) => line.env)
  expect(read.sort()).toEqual(Object.keys(given).sort())
})

test('the dashboard shows only metrics that the stages have', () => {
  const dashboard = readFileSync('deploy/grafana/dashboards/tik.json', 'utf8')
  const shown = new Set(dashboard.match(/\btik_[a-z]+_[a-z]+(_[a-z]+)?\b/g) ?? [])
  const sources = ['rating/rating-metrics', 'mediation/mediation-metrics'].map((name) =>
    readFileSync(`src/stream/${name}.ts`, 'utf8'),
  )
  expect(shown.size).toBeGreaterThan(0)
  for (const name of shown) {
    expect(sources.join('\n')).toContain(`'${name.replace(/_bucket$/, '')}'`)
  }
})
